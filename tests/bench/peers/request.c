/* A request, from a program's data to the bytes of its JSON. Ours sends it in
   windows of 1 KiB; the peers build a tree and print it into one block. */
#include "peers.h"

static char *expected;
static uint32_t expected_len;

static size_t make(size_t (*send)(size_t size), size_t size) {
  litellm_error error;
  send(size);
  if (litellm_request_body(&request, 0, NULL, 0, &expected_len, &error) !=
      LITELLM_OK)
    fail("no body");
  expected = (char *)malloc(expected_len);
  if (!expected ||
      litellm_request_body(&request, 0, expected, expected_len, &expected_len,
                           &error) != LITELLM_OK)
    fail("no body");
  return expected_len;
}

static size_t make_history(void) { return make(send_history, 100000); }
static size_t make_image(void) { return make(send_image, 1000000); }
static size_t make_tools(void) { return make(send_tools, 100); }
static size_t make_1000_tools(void) {
  make(send_tools, 1000);
  return 1;
}

static void run_ours(void) {
  if (checking) find(expected, expected_len);
  polls = 0;
  counted_call();
}

/* ---- the peers ----------------------------------------------------------- */

/* What would be sent. */
LITELLM__NOINLINE void deliver(const char *body, size_t len);
LITELLM__NOINLINE void deliver(const char *body, size_t len) {
  if (checking) find(body, len);
}

static const char *role_of(const litellm_message *message) {
  return message->role == LITELLM_ROLE_USER ? "user" : "assistant";
}

/* The request's image as a URL. */
static char *image_url(void) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";
  static const char scheme[] = "data:image/png;base64,";
  const struct one_image_arguments *arguments =
      (const struct one_image_arguments *)request.arguments;
  const unsigned char *in = (const unsigned char *)arguments->image.ptr;
  size_t len = arguments->image.len;
  char *url = (char *)malloc(sizeof scheme + (len + 2) / 3 * 4);
  char *out = url + sizeof scheme - 1;
  if (!url) fail("out of memory");
  memcpy(url, scheme, sizeof scheme - 1);
  for (; len >= 3; len -= 3, in += 3) {
    unsigned bits = (unsigned)in[0] << 16 | (unsigned)in[1] << 8 | in[2];
    *out++ = digits[bits >> 18];
    *out++ = digits[bits >> 12 & 63];
    *out++ = digits[bits >> 6 & 63];
    *out++ = digits[bits & 63];
  }
  if (len) {
    unsigned bits = (unsigned)in[0] << 16 |
                    (len > 1 ? (unsigned)in[1] << 8 : 0);
    *out++ = digits[bits >> 18];
    *out++ = digits[bits >> 12 & 63];
    *out++ = len > 1 ? digits[bits >> 6 & 63] : '=';
    *out++ = '=';
  }
  *out = 0;
  return url;
}

#ifdef PEER_CJSON
static void finish_cjson(cJSON *root) {
  char *body = cJSON_PrintUnformatted(root);
  if (!body) fail("cJSON");
  deliver(body, strlen(body));
  free(body);
  cJSON_Delete(root);
}

static cJSON *start_cjson(void) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "model", "m");
  return root;
}

static cJSON *add_object_cjson(cJSON *array) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddItemToArray(array, object);
  return object;
}

static void history_cjson(void) {
  cJSON *root = start_cjson();
  cJSON *messages = cJSON_AddArrayToObject(root, "messages");
  for (const litellm_message *m = request.messages; m; m = m->next) {
    cJSON *message = add_object_cjson(messages);
    cJSON_AddStringToObject(message, "role", role_of(m));
    cJSON_AddStringToObject(message, "content", m->content.ptr);
  }
  finish_cjson(root);
}

static void image_cjson(void) {
  char *url = image_url();
  cJSON *root = start_cjson();
  cJSON *message =
      add_object_cjson(cJSON_AddArrayToObject(root, "messages"));
  cJSON *parts, *part;
  cJSON_AddStringToObject(message, "role", "user");
  parts = cJSON_AddArrayToObject(message, "content");
  part = add_object_cjson(parts);
  cJSON_AddStringToObject(part, "type", "text");
  cJSON_AddStringToObject(part, "text", "What is this? ");
  part = add_object_cjson(parts);
  cJSON_AddStringToObject(part, "type", "image_url");
  cJSON_AddStringToObject(cJSON_AddObjectToObject(part, "image_url"), "url",
                          url);
  finish_cjson(root);
  free(url);
}

static cJSON *property_cjson(cJSON *properties, const char *name,
                             const char *description, const char *type) {
  cJSON *property = cJSON_AddObjectToObject(properties, name);
  cJSON_AddStringToObject(property, "description", description);
  cJSON_AddStringToObject(property, "type", type);
  return property;
}

static void tool_cjson(cJSON *tools, const litellm_tool *t) {
  static const char *const units[] = { "metric", "imperial" };
  static const char *const required[] = { "city", "days", "units" };
  cJSON *tool = add_object_cjson(tools);
  cJSON *function, *parameters, *properties, *property;
  cJSON_AddStringToObject(tool, "type", "function");
  function = cJSON_AddObjectToObject(tool, "function");
  cJSON_AddStringToObject(function, "name", t->name);
  cJSON_AddStringToObject(function, "description", t->description);
  parameters = cJSON_AddObjectToObject(function, "parameters");
  cJSON_AddStringToObject(parameters, "type", "object");
  properties = cJSON_AddObjectToObject(parameters, "properties");
  property_cjson(properties, "city", "The name of the city, as \"Paris\"",
                 "string");
  property = property_cjson(properties, "days", "How many days ahead",
                            "integer");
  cJSON_AddNumberToObject(property, "minimum", 0);
  cJSON_AddNumberToObject(property, "maximum", 14);
  property = property_cjson(properties, "units", "Units of the answer",
                            "string");
  cJSON_AddItemToObject(property, "enum", cJSON_CreateStringArray(units, 2));
  property_cjson(properties, "language", "Language of the answer", "string");
  cJSON_AddItemToObject(parameters, "required",
                        cJSON_CreateStringArray(required, 3));
  cJSON_AddFalseToObject(parameters, "additionalProperties");
}

static void tools_cjson(void) {
  cJSON *root = start_cjson();
  cJSON *tools = cJSON_AddArrayToObject(root, "tools");
  cJSON *message;
  for (const litellm_tool *const *t = request.call.tools; *t; t++)
    tool_cjson(tools, *t);
  message = add_object_cjson(cJSON_AddArrayToObject(root, "messages"));
  cJSON_AddStringToObject(message, "role", "user");
  cJSON_AddStringToObject(message, "content", request.call.prompt);
  finish_cjson(root);
}
#endif

#ifdef PEER_YYJSON
static yyjson_mut_doc *start_yyjson(yyjson_mut_val **root) {
  yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
  *root = yyjson_mut_obj(doc);
  yyjson_mut_doc_set_root(doc, *root);
  yyjson_mut_obj_add_str(doc, *root, "model", "m");
  return doc;
}

static void finish_yyjson(yyjson_mut_doc *doc) {
  size_t len;
  char *body = yyjson_mut_write(doc, 0, &len);
  if (!body) fail("yyjson");
  deliver(body, len);
  free(body);
  yyjson_mut_doc_free(doc);
}

static void history_yyjson(void) {
  yyjson_mut_val *root;
  yyjson_mut_doc *doc = start_yyjson(&root);
  yyjson_mut_val *messages = yyjson_mut_obj_add_arr(doc, root, "messages");
  for (const litellm_message *m = request.messages; m; m = m->next) {
    yyjson_mut_val *message = yyjson_mut_arr_add_obj(doc, messages);
    yyjson_mut_obj_add_str(doc, message, "role", role_of(m));
    yyjson_mut_obj_add_strn(doc, message, "content", m->content.ptr,
                            m->content.len);
  }
  finish_yyjson(doc);
}

static void image_yyjson(void) {
  char *url = image_url();
  yyjson_mut_val *root;
  yyjson_mut_doc *doc = start_yyjson(&root);
  yyjson_mut_val *message = yyjson_mut_arr_add_obj(
      doc, yyjson_mut_obj_add_arr(doc, root, "messages"));
  yyjson_mut_val *parts, *part;
  yyjson_mut_obj_add_str(doc, message, "role", "user");
  parts = yyjson_mut_obj_add_arr(doc, message, "content");
  part = yyjson_mut_arr_add_obj(doc, parts);
  yyjson_mut_obj_add_str(doc, part, "type", "text");
  yyjson_mut_obj_add_str(doc, part, "text", "What is this? ");
  part = yyjson_mut_arr_add_obj(doc, parts);
  yyjson_mut_obj_add_str(doc, part, "type", "image_url");
  yyjson_mut_obj_add_str(
      doc, yyjson_mut_obj_add_obj(doc, part, "image_url"), "url", url);
  finish_yyjson(doc);
  free(url);
}

static yyjson_mut_val *property_yyjson(yyjson_mut_doc *doc,
                                       yyjson_mut_val *properties,
                                       const char *name,
                                       const char *description,
                                       const char *type) {
  yyjson_mut_val *property = yyjson_mut_obj_add_obj(doc, properties, name);
  yyjson_mut_obj_add_str(doc, property, "description", description);
  yyjson_mut_obj_add_str(doc, property, "type", type);
  return property;
}

static void tool_yyjson(yyjson_mut_doc *doc, yyjson_mut_val *tools,
                        const litellm_tool *t) {
  yyjson_mut_val *tool = yyjson_mut_arr_add_obj(doc, tools);
  yyjson_mut_val *function, *parameters, *properties, *property, *list;
  yyjson_mut_obj_add_str(doc, tool, "type", "function");
  function = yyjson_mut_obj_add_obj(doc, tool, "function");
  yyjson_mut_obj_add_str(doc, function, "name", t->name);
  yyjson_mut_obj_add_str(doc, function, "description", t->description);
  parameters = yyjson_mut_obj_add_obj(doc, function, "parameters");
  yyjson_mut_obj_add_str(doc, parameters, "type", "object");
  properties = yyjson_mut_obj_add_obj(doc, parameters, "properties");
  property_yyjson(doc, properties, "city",
                  "The name of the city, as \"Paris\"", "string");
  property = property_yyjson(doc, properties, "days", "How many days ahead",
                             "integer");
  yyjson_mut_obj_add_int(doc, property, "minimum", 0);
  yyjson_mut_obj_add_int(doc, property, "maximum", 14);
  property = property_yyjson(doc, properties, "units", "Units of the answer",
                             "string");
  list = yyjson_mut_obj_add_arr(doc, property, "enum");
  yyjson_mut_arr_add_str(doc, list, "metric");
  yyjson_mut_arr_add_str(doc, list, "imperial");
  property_yyjson(doc, properties, "language", "Language of the answer",
                  "string");
  list = yyjson_mut_obj_add_arr(doc, parameters, "required");
  yyjson_mut_arr_add_str(doc, list, "city");
  yyjson_mut_arr_add_str(doc, list, "days");
  yyjson_mut_arr_add_str(doc, list, "units");
  yyjson_mut_obj_add_bool(doc, parameters, "additionalProperties", false);
}

static void tools_yyjson(void) {
  yyjson_mut_val *root, *tools, *message;
  yyjson_mut_doc *doc = start_yyjson(&root);
  tools = yyjson_mut_obj_add_arr(doc, root, "tools");
  for (const litellm_tool *const *t = request.call.tools; *t; t++)
    tool_yyjson(doc, tools, *t);
  message = yyjson_mut_arr_add_obj(
      doc, yyjson_mut_obj_add_arr(doc, root, "messages"));
  yyjson_mut_obj_add_str(doc, message, "role", "user");
  yyjson_mut_obj_add_str(doc, message, "content", request.call.prompt);
  finish_yyjson(doc);
}
#endif

#define KIND(name)                                                            \
  static const variant name##_variants[] = {                                  \
    { "ours", NULL, run_ours },                                               \
    CJSON_VARIANT(name##_cjson) YYJSON_VARIANT(name##_yyjson)                 \
  };
KIND(history)
KIND(image)
KIND(tools)

KINDS({ "history", make_history, VARIANTS(history_variants) },
      { "image", make_image, VARIANTS(image_variants) },
      { "tools", make_tools, VARIANTS(tools_variants) },
      { "1000-tools", make_1000_tools, VARIANTS(tools_variants) });
