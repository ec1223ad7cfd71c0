"""Reads a mail from stdin with Python's email package and says as JSON what it found.

Strict where it can be: every defect of every part is reported, and a header that is not what RFC 5322
allows has one.
"""
import email
import email.policy
import email.utils
import json
import sys

mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)
parts = list(mail.walk())
defects = [str(d) for part in parts for d in part.defects]
defects += [f"{name}: {d}" for name, value in mail.items() for d in value.defects]
body = lambda kind: mail.get_body((kind,)).get_content()
json.dump({
    "defects": defects,
    "names": [name for name in mail.keys()],
    "headers": {name.lower(): str(value) for name, value in mail.items()},
    "from": [[a.display_name, a.addr_spec] for a in mail["from"].addresses],
    "to": [a.addr_spec for a in mail["to"].addresses],
    "date_s": mail["date"].datetime.timestamp(),
    "types": [part.get_content_type() for part in parts],
    "text": body("plain").replace("\r\n", "\n"),
    "html": body("html").replace("\r\n", "\n"),
}, sys.stdout)
