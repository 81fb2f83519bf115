################################################################################
#
# litellm-call
#
################################################################################

LITELLM_CALL_VERSION = 0.2.0
LITELLM_CALL_SITE = @url@
LITELLM_CALL_LICENSE = MIT
LITELLM_CALL_LICENSE_FILES = LICENSE
LITELLM_CALL_INSTALL_STAGING = YES

ifeq ($(BR2_PACKAGE_LITELLM_CALL_ASK),y)
LITELLM_CALL_DEPENDENCIES += mbedtls
LITELLM_CALL_CONF_OPTS += -DLITELLM_CALL_ASK=ON
else
# Headers alone
LITELLM_CALL_INSTALL_TARGET = NO
endif

$(eval $(cmake-package))
