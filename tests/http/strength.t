# Which passwords are taken, what is said of the others, and that one is the same on every device.

POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=iloveyou2024
status 400
see This password is easy to guess
see aria-invalid="true"
not value="iloveyou2024"
POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=Password2024!
status 400
see This password is easy to guess
POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=OpenVidStreamer
status 400
see the name of this site
POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=annberg2026
status 400
see mostly your name
POST /signup email=ann.smith@example.org&handle=ann&name=Ann Berg&password=Ann.Smith99
status 400
see your e-mail address
POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=liverpoolfc
status 400
see because many people have it
POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=short one
status 400
see Please use at least 10 characters
# neither capitals nor digits nor signs are asked for
POST /signup email=ann@example.org&handle=ann&name=Ann Berg&password=paper boat lantern
status 303
accept application/json
GET /account
status 200

# Composed at sign-up, in parts and with another blank at the log-in.
POST /signup email=ben@example.org&handle=ben&password=café au lait noir
status 303

as nobody@elsewhere
POST /login name=ben&password=café au lait noir
status 303
head Location: /
POST /account/password present=café au lait noir&password=ben of paper boats
status 303
head Location: /account/password?done=changed

as nobody@later
POST /login name=ben&password=café au lait noir
status 400
POST /login name=ben&password=ben of paper boats
status 303
POST /account/password present=ben of paper boats&password=Password2024!
status 400
see This password is easy to guess
