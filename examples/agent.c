/* agent: a talk with a memory of bounded size, and a person who may refuse
   what the model wants to do. How to build and run it: see example.h. */
#include "example.h"

#define OPEN_DOOR(FIELD) FIELD(STRING, door, NULL)
LITELLM_TOOL_TEXT(open_door, "Opens a door of the house", OPEN_DOOR) {
  printf("* %s opens\n", args->door);
  *result = litellm_str_of("open");
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &open_door_tool, NULL };

#define CHAT(ARG) ARG(MESSAGES, history) ARG(STRING, words)
LITELLM_CALL(chat, CHAT, .tools = tools, .max_rounds = 4, .keep_text = true,
  .prompt = "SYSTEM: You keep a house.\nMESSAGES: {history}\nUSER: {words}");

static litellm_result listen_to(litellm_stream *stream) {
  litellm_event event;
  litellm_result result;
  char line[8];
  while ((result = litellm_next(stream, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_AGAIN) litellm_wait(stream, &event);
    else if (event.kind == LITELLM_TEXT) print(event.text);
    else if (event.kind == LITELLM_TOOL_CALL) {
      printf("%s %s? [y/n] ", event.tool_call->name,
             event.tool_call->arguments);
      if (!fgets(line, sizeof line, stdin) || line[0] != 'y')
        litellm_answer(stream, litellm_str_of("The person refused."));
    }
  }
  putchar('\n');
  return result;
}

int main(void) {
  static unsigned char memory[16384], past[4096];
  char words[256];
  litellm_client client;
  litellm_stream stream;
  litellm_response response;
  litellm_messages history = { NULL, NULL };
  litellm_arena arena;
  litellm_result result = LITELLM_END;
  litellm_arena_init(&arena, past, sizeof past);
  open_client(&client, memory, sizeof memory);
  while (result == LITELLM_END && fgets(words, sizeof words, stdin)) {
    words[strcspn(words, "\n")] = '\0';
    litellm_messages_prune(&history, &arena, 12, sizeof past / 2);
    chat_start(&stream, &client, history.first, words);
    result = listen_to(&stream);
    if (result == LITELLM_END &&
        litellm_stream_response(&stream, &response) == LITELLM_OK &&
        litellm_messages_add(&history, &arena, LITELLM_USER,
                             litellm_str_of(words)))
      (void)litellm_messages_add_response(&history, &arena, &response);
  }
  return close_client(&client, result);
}
