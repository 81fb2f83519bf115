/* litellm_config.h: what of the library this program leaves out. */
#define LITELLM_TLS 1
#define LITELLM_MEDIA 0
#define LITELLM_FLOAT 0
#define LITELLM_HOOKS 0
