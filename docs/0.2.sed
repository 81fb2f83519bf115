# Gives a program for litellm_call.h 0.1 the names of 0.2, again and again if
# you like: sed -i -E -f docs/0.2.sed *.c *.h  (GNU sed; then see CHANGELOG.md)

# types
s/\blitellm_ask_by\b/litellm_output_mode/g
s/\blitellm_call\b([^./]|$)/litellm_call_desc\1/g
s/\blitellm_detail\b/litellm_type/g
s/\blitellm_json\b/litellm_json_reader/g
s/\blitellm_moment\b/litellm_hook_point/g
s/\blitellm_pair\b/litellm_name_value/g
s/\blitellm_peer\b/litellm_endpoint/g
s/\blitellm_span\b/litellm_input/g
s/\blitellm_token\b/litellm_json_token/g
s/\blitellm_token_kind\b/litellm_json_token_kind/g

# functions
s/\blitellm_answer\b/litellm_set_tool_result/g
s/\blitellm_body\b/litellm_request_body/g
s/\blitellm_check\b/litellm_call_check/g
s/\blitellm_client_forget\b/litellm_client_release_responses/g
s/\blitellm_client_keep\b/litellm_client_retain_response/g
s/\blitellm_str_of\b/litellm_str_from/g
s/\blitellm_stream_response\b/litellm_client_response/g

# macros and switches
s/\bLITELLM_CALL_AS\b/LITELLM_CALL_MODEL/g
s/\bLITELLM_CALL_TO\b/LITELLM_CALL_PARSED/g
s/\bLITELLM_EARLIEST_TIME\b/LITELLM_BUILD_TIME/g
s/\bLITELLM_GATEWAY_HEADERS\b/LITELLM_GATEWAY_INFO/g
s/\bLITELLM_JSON_DEPTH\b/LITELLM_MAX_JSON_DEPTH/g
s/\bLITELLM_VALUE_DEPTH\b/LITELLM_MAX_MODEL_DEPTH/g

# roles, events, hook points, output modes, tokens
s/\bLITELLM_(USER|SYSTEM|DEVELOPER|ASSISTANT)\b/LITELLM_ROLE_\1/g
s/\bLITELLM_TOOL_RESULT\b/LITELLM_ROLE_TOOL/g
s/\bLITELLM_(TEXT|REASONING|REFUSAL|PARTIAL|FINISH|USAGE)\b/LITELLM_EVENT_\1/g
s/\bLITELLM_TOOL_(BEGIN|ARGUMENTS|CALL)\b/LITELLM_EVENT_TOOL_\1/g
s/\bLITELLM_TOOL_ANSWER\b/LITELLM_EVENT_TOOL_RESULT/g
s/\bLITELLM_NOTHING\b/LITELLM_EVENT_NONE/g
s/\bLITELLM_REASK\b/LITELLM_EVENT_VALIDATION_RETRY/g
s/\bLITELLM_HOOK_AGAIN\b/LITELLM_HOOK_TURN/g
s/\bLITELLM_BY_(SCHEMA|PROMPT|TOOL)\b/LITELLM_OUTPUT_\1/g
s/\bLITELLM_TOKEN_(NONE|OBJECT|ARRAY|KEY|STRING|NUMBER)\b/LITELLM_JSON_\1/g
s/\bLITELLM_TOKEN_(TRUE|FALSE|NULL)\b/LITELLM_JSON_\1/g
s/\bLITELLM_TOKEN_(OBJECT|ARRAY)_END\b/LITELLM_JSON_\1_END/g

# results: the numbers are the old ones
s/\bLITELLM_ERROR_CHANGED\b/LITELLM_ERROR_REQUEST_CHANGED/g
s/\bLITELLM_ERROR_CLOSED\b/LITELLM_ERROR_CONNECTION_CLOSED/g
s/\bLITELLM_ERROR_ENCODING\b/LITELLM_ERROR_CONTENT_ENCODING/g
s/\bLITELLM_ERROR_KEY_IN_CLEAR\b/LITELLM_ERROR_KEY_OVER_HTTP/g
s/\bLITELLM_ERROR_MEDIA\b/LITELLM_ERROR_MEDIA_TYPE/g
s/\bLITELLM_ERROR_NOT_CHAT\b/LITELLM_ERROR_UNEXPECTED_REPLY/g
s/\bLITELLM_ERROR_NO_TLS\b/LITELLM_ERROR_NO_TLS_PORT/g
s/\bLITELLM_ERROR_REFUSED\b/LITELLM_ERROR_REFUSAL/g
s/\bLITELLM_ERROR_STATUS\b/LITELLM_ERROR_HTTP_STATUS/g

# kinds of arguments and fields
s/\bLITELLM_KIND_GIVEN\b/LITELLM_KIND_FROM_ARGUMENT/g
s/\bLITELLM_KIND_STR\b/LITELLM_KIND_STRING_VIEW/g
s/\bLITELLM_KIND_TEXT\b/LITELLM_KIND_CHARS/g
s/\b((ARG|FIELD|LITELLM_CALL_VALUE)\(([A-Z_]+\()*)STR\b/\1STRING_VIEW/g
s/\b((FIELD|LITELLM_CALL_VALUE)\(([A-Z_]+\()*)TEXT(_IN)?\(/\1CHARS\4(/g
s/\bFIELD\(GIVEN\(/FIELD(FROM_ARGUMENT(/g

# members
s/(\.|->)ask_by\b/\1output_mode/g
s/(\.|->)cost_nano\b/\1cost_nanodollars/g
s/(\.|->)keep_text\b/\1collect_text/g
s/(\.|->)key_header\b/\1api_key_header/g
s/(\.|->)max_calls\b/\1max_tool_calls/g
s/(\.|->)max_reasks\b/\1max_validation_retries/g
s/(\.|->)max_rounds\b/\1max_turns/g
s/(\.|->)send_key_in_clear\b/\1allow_key_over_http/g
s/\b(error(\.|->))missing\b/\1bytes_missing/g
s/\b(error(\.|->))status\b/\1http_status/g
s/\b(error(\.|->))where\b/\1subject/g
s/\b(params(\.|->))json\b/\1extra_body/g
s/\b(response(\.|->))rounds\b/\1turns/g

# tables that the macros make
s/(\.(arguments|response_model|result) *= *&\w+)_detail\b/\1_type/g
s/(\blitellm_decode\([^,;]*, *&\w+)_detail\b/\1_type/g
s/(\blitellm_encode\( *&\w+)_detail\b/\1_type/g
