# Names that hide something, look like others' or like the site's staff; handles that were given up.

as nobody
GET /signup
POST /signup email=a1@example.org&handle=site_team&name=&password=seven red boats at sea
status 409
see This handle could be taken for the site&#39;s own.
POST /signup email=a1@example.org&handle=administrator1&name=&password=seven red boats at sea
status 409
POST /signup email=a1@example.org&handle=support-team&name=&password=seven red boats at sea
status 409
POST /signup email=a1@example.org&handle=helga&name=Helga Support&password=seven red boats at sea
status 409
see This name could be taken for the site&#39;s own.
POST /signup email=a1@example.org&handle=helga&name=Helga%E2%80%AE&password=seven red boats at sea
status 400
see A name cannot contain the control of direction character U+202E (right-to-left override).
see value="helga"
POST /signup email=a1@example.org&handle=helga&name=%E3%85%A4&password=seven red boats at sea
status 400
see U+3164 (hangul filler)

# Another creator's name is recognised however it is written.
as paypal
POST /account handle=paypal&name=PayPal&about=
status 303
video Film by paypal
as anna
POST /account handle=anna&name=paypaI&about=
status 409
see This name looks like another creator&#39;s.
POST /account handle=paypa1&name=Anna&about=
status 409
see This handle looks like another creator&#39;s.
POST /account handle=anna&name=p%D0%B0ypal&about=
status 400
see A word of a name has to be in one script: U+0430 (cyrillic small letter a)

# Their own name is nobody else's.
as paypal
POST /account handle=paypal&name=Paypal&about=
status 303

# A handle that was given up: its pages lead to the new one, others cannot have it, its owner can.
as paypal
POST /account handle=pay-films&name=Paypal&about=
status 303
as nobody
GET /channel/paypal
status 308
head Location: /channel/pay-films
GET /channel/PayPal/videos?sort=popular&page=1
status 308
head Location: /channel/pay-films/videos?sort=popular&page=1
GET /feed/channel/paypal
status 308
head Location: /feed/channel/pay-films
GET /channel/pay-films
status 200
GET /login
POST /login name=paypal&password=the secret of paypal
status 303
as anna
POST /channel/paypal follow=on
status 308
head Location: /channel/pay-films
POST /account handle=paypal&name=Anna&about=
status 409
see This handle is taken.
as paypal
POST /account handle=paypal&name=Paypal&about=
status 303
as nobody
GET /channel/paypal
status 200
GET /channel/pay-films
status 308
head Location: /channel/paypal

# So often, and no more.
as paypal
POST /account handle=pay-1&name=Paypal&about=
status 303
POST /account handle=pay-2&name=Paypal&about=
status 303
POST /account handle=pay-3&name=Paypal&about=
status 429
see You can change your handle 3 times in 30 days.

# A year later it is free.
clock +400d
as nobody
GET /channel/pay-films
status 404
GET /signup
POST /signup email=new@example.org&handle=pay-films&name=New&password=seven red boats at sea
status 303

# Titles keep no control that turns the text around them.
clock 0ms
as paypal
GET /studio
POST /account handle=pay-2&name=Paypal&about=%E2%80%AEabout
status 303
db SELECT about FROM user WHERE handle = 'pay-2' -> about
