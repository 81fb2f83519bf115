/* Keep this file out of version control once it has your values. */
#define SECRET_SSID "network"
#define SECRET_PASSWORD "password"
#define SECRET_URL "https://gateway.example"
#define SECRET_KEY "sk-replace-me"
#define SECRET_MODEL "gpt-4o-mini"
/* The certificate of the authority that signed the server's. */
#define SECRET_CA                                                             \
  "-----BEGIN CERTIFICATE-----\n"                                             \
  "...\n"                                                                     \
  "-----END CERTIFICATE-----\n"
