SUMMARY = "A prompt as a typed C function, and a command line client"
DESCRIPTION = "One C header that calls language models through a LiteLLM \
               gateway or any server with the OpenAI chat API, and \
               litellm-ask, a client for the shell."
HOMEPAGE = "@url@"
SECTION = "libs"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://LICENSE;md5=7ddf29f6cf0bf2f336abfd98bff396ac"
CVE_PRODUCT = "litellm_call"

SRC_URI = "@url@/litellm-call-${PV}.tar.gz"
SRC_URI[sha256sum] = "@sha256@"

inherit cmake

PACKAGECONFIG ??= "ask"
PACKAGECONFIG[ask] = "-DLITELLM_CALL_ASK=ON,-DLITELLM_CALL_ASK=OFF,mbedtls"

PACKAGES =+ "litellm-ask"
FILES:litellm-ask += "${bindir}/litellm-ask"
RRECOMMENDS:litellm-ask = "ca-certificates"

# The headers are in the -dev package; nothing is left for this one.
ALLOW_EMPTY:${PN} = "1"
BBCLASSEXTEND = "native nativesdk"
