/* A program with a call and, with LITELLM_EXTRAS, a transfer, for size.py: what
   a linker keeps of the header for that. */
#include "litellm_call.h"

litellm_result program(litellm_client *client, const litellm_client_desc *desc,
                       const litellm_request *request,
                       const litellm_transfer *transfer) {
  litellm_client_init(client, desc);
#if LITELLM_EXTRAS
  litellm_transfer_run(client, transfer);
#else
  (void)transfer;
#endif
  return litellm_run(client, NULL, request);
}
