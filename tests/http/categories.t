# Categories: in groups, in an order, renamed and merged by operators.

as mary
GET /admin/categories
status 404
POST /admin/categories do=add&name=Cars&group=Music&position=1&reason=x
status 404

as mary
set member mary role=2
GET /admin/categories
status 200
see Film and comedy
see /admin/categories/music
limit queries 4
GET /admin/categories/nonsense
status 404
GET /admin/categories/music
see value="Music"
limit queries 4

# A new one, in a new group; its address is made from its name.
as mary
POST /admin/categories do=add&name=&group=Vehicles&position=1&reason=x
status 400
see Give it a name.
see value="Vehicles"
POST /admin/categories do=add&name=Cars, <bikes>&group=Vehicles&position=1
status 400
see Say in a few words why.
POST /admin/categories do=add&name=Cars, <bikes>&group=Vehicles&position=1&slug=Cars!&reason=x
status 400
see letters a to z
POST /admin/categories do=add&name=Cars, <bikes>&group=Vehicles&position=1&reason=Asked for
status 303
db SELECT c.slug, g.name, c.position FROM category c JOIN category_group g ON g.id = c.group_id WHERE c.name LIKE 'Cars%' -> cars-bikes,Vehicles,1
POST /admin/categories do=add&name=Cars, bikes&group=Vehicles&position=1&reason=Again
status 409
see Another category has, or had, this address.
db SELECT what, why FROM moderation_log -> added the category Cars, <bikes>,Asked for

# An old address leads to the new one.
cache flush
as mary
POST /admin/categories/cars-bikes do=save&name=Cars&slug=cars&group=Vehicles&position=2&reason=Shorter
status 303
cache flush
as nobody
GET /browse/cars
status 200
see Cars
GET /browse/cars-bikes?sort=new
status 308
head Location: /browse/cars?sort=new
as mary
GET /admin/categories/cars-bikes
status 404

# Merged: videos, uploads and favourites move, the address leads on; both choices become one.
cache flush
member carl
video AAAAAAAAAA1 by carl category=4
video AAAAAAAAAA2 by carl category=15
member fred
sql INSERT INTO taste_category (user_id, category_id) SELECT u.id, c.id FROM user u, category c WHERE u.handle = 'fred' AND c.slug IN ('music', 'music-covers-and-originals')
as mary
POST /admin/categories/music-covers-and-originals do=merge&into=music-covers-and-originals&reason=x
status 400
see another category than this one
POST /admin/categories/other do=merge&into=music&reason=x
status 400
POST /admin/categories/music-covers-and-originals do=merge&into=nonsense&reason=x
status 400
POST /admin/categories/music-covers-and-originals do=merge&into=music
status 400
POST /admin/categories/music-covers-and-originals do=merge&into=music&reason=Too alike
status 303
db SELECT COUNT(*) FROM video v JOIN category c ON c.id = v.category_id WHERE c.slug = 'music' -> 2
db SELECT COUNT(*) FROM taste_category -> 1
cache flush
as nobody
GET /browse/music-covers-and-originals
status 308
head Location: /browse/music
GET /browse/music
see AAAAAAAAAA2

# What is merged into something that is merged later leads to the end of the chain.
as mary
POST /admin/categories/music do=merge&into=fun&reason=Why not
status 303
cache flush
as nobody
GET /browse/music-covers-and-originals
status 308
head Location: /browse/fun

as mary
POST /admin/categories do=group&id=1&name=Film&position=5
status 400
see Say in a few words why.
POST /admin/categories do=group&id=1&name=Film&position=5&reason=Short
status 303
POST /admin/categories do=group&id=1&name=Music&position=5&reason=x
status 409
db SELECT name, position FROM category_group WHERE id = 1 -> Film,5

# The same from the command line, each with its reason in the journal.
cache flush
job admin category list
see animation-and-short-films
job admin category add Trains Vehicles --position 7
exit 1
see Say in a few words why.
job admin category add Trains Vehicles --position 7 --reason "asked for"
see added Trains
cache flush
job admin category edit trains --name "Trains and trams" --slug trains-and-trams --reason wider
see changed trains
cache flush
job admin category edit trains --name Trains --reason back
exit 1
see There is no category trains;
job admin category merge trains-and-trams other --reason few
see merged trains-and-trams into other; videos that moved: 0
db SELECT what, why, by_id, by_shell <> '' FROM moderation_log ORDER BY id DESC LIMIT 3 -> merged the category Trains and trams into Other,few,NULL,1;changed the category Trains to Trains and trams,wider,NULL,1;added the category Trains,asked for,NULL,1
