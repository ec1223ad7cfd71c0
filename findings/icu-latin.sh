#!/bin/bash
# ICU's general rules for Latin letters lose sounds of Russian names, and leave letters that are not ASCII.
#
# Version    icu-devtools 72.1-3+deb12u1 of Debian 12 (ICU 72.1)
# Seen       "Any-Latin; Latin-ASCII", which is what is usually advised, goes by way of the hooks of
#            ISO 9 and then drops them: Щукин becomes Sukin, Хрущёв Hrusev. With the rules ru-ru_Latn/BGN
#            in front they are Shchukin and Khrushchev, as passports and banks have them. The letter Ə of
#            Azerbaijani is Latin already and has no rule: it stays, although the last step is named ASCII.
# So         put the rules of the language's own romanization first, and check the result for letters
#            that a bank cannot take instead of trusting the name of the rule.
#
# Unpacks the packages below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when they cannot be had.
set -eu
VERSION=72.1-3+deb12u1

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq download "icu-devtools=$VERSION" "libicu72=$VERSION" 2>/dev/null || { echo "ICU $VERSION cannot be had here"; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" .; done
libraries=$(dirname "$(find usr/lib -name 'libicui18n.so.72' | head -1)")

latin() { # RULES NAME
    echo "$2" | LD_LIBRARY_PATH=$libraries usr/bin/uconv -f utf-8 -t utf-8 -x "$1"
}
for name in Щукин Хрущёв Əliyev; do
    echo "$name: $(latin 'Any-Latin; Latin-ASCII' "$name"), with the rules for Russian $(
        latin 'ru-ru_Latn/BGN; Any-Latin; Latin-ASCII' "$name")"
done | tee seen
cat >expected <<'END'
Щукин: Sukin, with the rules for Russian Shchukin
Хрущёв: Hrusev, with the rules for Russian Khrushchev
Əliyev: Əliyev, with the rules for Russian Əliyev
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
