#!/bin/sh
# certificates.sh DIR [CURVE]: makes every certificate the TLS tests need, in
# DIR. CURVE p384 makes them with P-384 and SHA-384 where it says P-256.
#
# Trust anchors, each as .pem and .der, with .key:
#   ca            P-256, signed everything below unless said otherwise
#   rsa-ca        RSA-2048, signed good-rsa
#   other-ca      P-256, trusted by nobody; signed unknown-ca
# Server certificates, each NAME.pem (with what is sent after it) and NAME.key:
#   good          localhost, gateway, 127.0.0.1, ::1
#   good-rsa      the same names, RSA-2048 up to rsa-ca
#   chain         the same names, through intermediate.pem, which is sent too
#   chain-short   the same as chain, but the intermediate is not sent
#   wrong-host    example.invalid only
#   expired       until 2021
#   not-yet-valid from 2048
#   self-signed   signed by its own key
#   unknown-ca    signed by other-ca
#   wrong-usage   for TLS clients only (so it also serves as a client's own)
#   chain-expired as chain, but the intermediate has expired
#   not-a-ca      signed by the key of good, which may not sign
#   critical      has a critical extension that nobody knows
# pins.txt        PIN_NAME=HEX for each of them: SHA-256 of the public key
#                 (the DER SubjectPublicKeyInfo), as shell assignments.
#
# Dates are fixed, so a run today and a run next year test the same thing.
# `openssl ca` signs because `openssl x509` of 3.0 cannot backdate.
set -eu

case $#,${2:-p256} in
[12],p256) bits=256 ;;
2,p384) bits=384 ;;
*) echo "usage: $0 DIR [p256|p384]" >&2; exit 2 ;;
esac
mkdir -p "$1"
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: > "$work/index.txt"

cat > "$work/config" <<CONFIG
[ca]
default_ca = here
[here]
database = $work/index.txt
new_certs_dir = $work
rand_serial = yes
unique_subject = no
default_md = sha$bits
policy = any
[any]
commonName = supplied
[req]
distinguished_name = req

[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, DNS:gateway, IP:127.0.0.1, IP:::1
[elsewhere]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:example.invalid
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectAltName = DNS:localhost, DNS:gateway, IP:127.0.0.1, IP:::1
[critical]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, DNS:gateway, IP:127.0.0.1, IP:::1
1.3.6.1.4.1.55555.1 = critical, ASN1:UTF8String:nobody knows
CONFIG

ec="EC -pkeyopt ec_paramgen_curve:P-$bits"
rsa="RSA -pkeyopt rsa_keygen_bits:2048"

# make NAME KEY-KIND EXTENSIONS ISSUER [FROM-YEAR UNTIL-YEAR]
make() {
    # The kind of key is an algorithm and its options: it has to split.
    # shellcheck disable=SC2086
    openssl genpkey -algorithm $2 -out "$1.key" 2> "$work/log"
    openssl req -new -config "$work/config" -key "$1.key" -subj "/CN=$1" \
        -out "$work/request"
    if [ "$4" = itself ]; then by="-selfsign -keyfile $1.key"
    else by="-cert $4.pem -keyfile $4.key"; fi
    # shellcheck disable=SC2086
    openssl ca -batch -notext -config "$work/config" -extensions "$3" $by \
        -startdate "${5:-2020}0101000000Z" -enddate "${6:-2049}0101000000Z" \
        -in "$work/request" -out "$1.pem" 2> "$work/log" ||
        { cat "$work/log" >&2; exit 1; }
}

# send NAME CERTIFICATE: makes a server send CERTIFICATE after its own.
send() { cat "$2.pem" >> "$1.pem"; }

make ca            "$ec"   root         itself
make rsa-ca        "$rsa"  root         itself
make other-ca      "$ec"   root         itself
make good          "$ec"   server       ca
make good-rsa      "$rsa"  server       rsa-ca
make wrong-host    "$ec"   elsewhere    ca
make expired       "$ec"   server       ca 2020 2021
make not-yet-valid "$ec"   server       ca 2048 2049
make self-signed   "$ec"   server       itself
make unknown-ca    "$ec"   server       other-ca
make wrong-usage   "$ec"   client       ca
make intermediate  "$ec"   intermediate ca
make chain         "$ec"   server       intermediate
make chain-short   "$ec"   server       intermediate
make old-middle    "$ec"   intermediate ca 2020 2021
make chain-expired "$ec"   server       old-middle
make not-a-ca      "$ec"   server       good
make critical      "$ec"   critical     ca
send chain intermediate
send chain-expired old-middle
send not-a-ca good

for name in ca rsa-ca other-ca; do
    openssl x509 -in $name.pem -outform DER -out $name.der
done

for key in *.key; do
    name=$(echo "${key%.key}" | tr 'a-z-' 'A-Z_')
    hash=$(openssl pkey -in "$key" -pubout -outform DER | openssl sha256 -r)
    echo "PIN_$name=${hash%% *}"
done > pins.txt
