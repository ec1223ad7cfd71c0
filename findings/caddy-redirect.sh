#!/bin/bash
# Caddy with two addresses in `bind` redirects plain HTTP to HTTPS on one of them only.
#
# Version    caddy 2.6.2-5 of Debian 12
# Seen       a site with `bind 127.0.0.1 127.0.0.2`, http_port and https_port set: HTTPS answers on both
#            addresses. Plain HTTP is redirected (308) on one address; at the other nobody listens.
# So         name one address a site block, or leave `bind` out and let a firewall choose.
#
# Installs the package below a temporary folder and listens on loopback only. Ends with 0 while this is
# as described, with 1 when it has changed.
set -eu
VERSION=2.6.2-5
HTTP=18480 HTTPS=18443

folder=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
apt-get -qq download "caddy=$VERSION" 2>/dev/null || { echo "caddy $VERSION cannot be had here"; exit 2; }
dpkg-deb -x caddy_*.deb .

cat >Caddyfile <<END
{
    admin off
    http_port $HTTP
    https_port $HTTPS
    skip_install_trust
}
site.localhost {
    bind 127.0.0.1 127.0.0.2
    tls internal
    respond "hello"
}
END
HOME=$folder XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder ./usr/bin/caddy run --config Caddyfile >caddy.log 2>&1 &
server=$!

status() { # ADDRESS SCHEME PORT: 000 when nobody listens
    curl -sk -o /dev/null -w '%{http_code}' --max-time 5 --resolve "site.localhost:$3:$1" "$2://site.localhost:$3/" || :
}
for ((i = 0; i < 100; i++)); do
    [ "$(status 127.0.0.1 https $HTTPS)$(status 127.0.0.2 https $HTTPS)" != 200200 ] || break
    sleep 0.1
done

./usr/bin/caddy version
for address in 127.0.0.1 127.0.0.2; do
    echo "$address: https $(status $address https $HTTPS), http $(status $address http $HTTP)"
done | tee seen
[ "$(sed 's/.*http //' seen | sort | tr '\n' ' ')" = '000 308 ' ] && [ "$(grep -c 'https 200' seen)" = 2 ] ||
    { echo "This has changed."; exit 1; }
