#!/bin/sh
# release.sh DIR - a release: DIR/litellm-call-VERSION.tar.gz, of the files that git knows, and DIR/packaging, the
# recipes with its hashes. The same commit gives the same bytes.
#
# URL is the folder that the tarball will be served from, DIR itself if it is empty; MAINTAINER, as "NAME <ADDRESS>",
# answers for the packages, the last commit's author if it is empty.
set -eu

[ $# -eq 1 ] || { echo "usage: release.sh DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
name=litellm-call-$(sed -n 's/^#define LITELLM_VERSION "\(.*\)"/\1/p' litellm_call.h)
rm -rf "$dir/packaging"

git ls-files -z > "$dir/files"
tar --null --files-from="$dir/files" --transform="flags=r;s|^|$name/|" --format=ustar --sort=name \
	--mtime="@$(git log -1 --format=%ct)" --mode=u+rw,go=rX,a-s --owner=0 --group=0 --numeric-owner -cf "$dir/tar"
gzip -9n < "$dir/tar" > "$dir/$name.tar.gz"
rm "$dir/files" "$dir/tar"

url=${URL:-file://$dir}
maintainer=${MAINTAINER:-$(git log -1 --format='%an <%ae>')}
hash() { "$1" "$dir/$name.tar.gz" | cut -d ' ' -f 1; }
cp -R packaging "$dir/packaging"
find "$dir/packaging" -type f ! -name release.sh -exec sed -i \
	-e "s/@sha256@/$(hash sha256sum)/" -e "s/@sha512@/$(hash sha512sum)/" \
	-e "s|@url@|${url%/}|" -e "s|@maintainer@|$maintainer|" {} +
echo "$dir/$name.tar.gz"
