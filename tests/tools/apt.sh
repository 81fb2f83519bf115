# shellcheck shell=sh
# apt.sh - sourced: an apt that keeps all it has in one folder, and binary packages by it.
#
# private_apt DIR writes DIR/apt.conf. It reads DIR/sources.list alone and takes only what is signed. The system's hooks are cleared because some of them
# delete from the system's own cache.
private_apt() {
	mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
	cat > "$1/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::SourceList "$1/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$1/lists";
Dir::Cache "$1/cache";
APT::Default-Release "";
APT::Get::List-Cleanup "false";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
CONF
}

# private_debs DIR: an apt in DIR/.apt for binary packages of any of Debian's suites, as if nothing were installed. Sets
# private, its folder, and log. Fails, by the caller's `say`, where there is none.
private_debs() {
	ID= VERSION_CODENAME=
	. /etc/os-release
	[ "$ID" = debian ] || { say "only Debian is known here"; return 1; }
	mirror=$(apt-get --print-uris update 2>/dev/null | sed -n "s#^'\(.*\)/dists/$VERSION_CODENAME/InRelease' .*#\1#p" | head -n 1)
	[ -n "$mirror" ] || { say "apt has no source with the suite $VERSION_CODENAME here"; return 1; }
	private=$1/.apt log=$1/.apt/log
	private_apt "$private"
	mkdir -p "$private/debs"
	cat >> "$private/apt.conf" <<CONF
Dir::State::Status "/dev/null";
APT::Sandbox::User "$(id -un)";
CONF
	: > "$log"
}

# use_suite NAME: it is asked from now on; fails if it cannot be reached.
use_suite() {
	(umask 077; echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg target=Packages] $mirror $1 main" \
		> "$private/sources.list")
	apt-get -q -c "$private/apt.conf" update --error-on=any >> "$log" 2>&1
}

# download PACKAGE...: to $private/debs, of which the caller takes them.
download() { (cd "$private/debs" && apt-get -q -c "$private/apt.conf" download "$@") >> "$log" 2>&1; }
