/* litellm_config.h: what of the library this program leaves out. */
#define LITELLM_MEDIA 0
#define LITELLM_FLOAT 0
#define LITELLM_HOOKS 0
#define LITELLM_RETRIES 0              /* main() tries again by itself */
#ifdef FIRMWARE_voice
#define LITELLM_EXTRAS 1
#define LITELLM_TEMPLATES 0
#define LITELLM_STREAMS 0
#define LITELLM_TOOLS 0
#endif
