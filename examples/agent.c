/* agent: a chat with a history of limited size. The user can refuse what the
   model wants to do. See example.h for how to build and run it. */
#include "example.h"

#define OPEN_DOOR(FIELD) FIELD(STRING, door, NULL)
LITELLM_TOOL_TEXT(open_door, "Opens a door of the house", OPEN_DOOR) {
  printf("* %s opens\n", args->door);
  *result = litellm_str_from("open");
  return LITELLM_OK;
}
static const litellm_tool *const tools[] = { &open_door_tool, NULL };

#define CHAT(ARG) ARG(MESSAGES, history) ARG(STRING, words)
LITELLM_CALL(chat, CHAT,
  .prompt = "SYSTEM: You keep a house.\nMESSAGES: {history}\nUSER: {words}",
  .tools = tools, .max_turns = 4, .collect_text = true);

static litellm_result listen_to(litellm_client *client) {
  litellm_event event;
  litellm_result result;
  char line[8];
  while ((result = litellm_next(client, &event)) >= LITELLM_OK &&
         result != LITELLM_END) {
    if (result == LITELLM_AGAIN) litellm_wait(client, &event);
    else if (event.kind == LITELLM_EVENT_TEXT) print(event.text);
    else if (event.kind == LITELLM_EVENT_TOOL_CALL) {
      printf("%s %s? [y/n] ", event.tool_call->name,
             event.tool_call->arguments);
      if (!fgets(line, sizeof line, stdin) || line[0] != 'y')
        litellm_set_tool_result(client, litellm_str_from("The user refused."));
    }
  }
  putchar('\n');
  return result;
}

int main(void) {
  static unsigned char memory[EXAMPLE_MEMORY], past[4096];
  char words[256];
  litellm_client client;
  litellm_response response;
  litellm_messages history = { NULL, NULL };
  litellm_arena arena;
  litellm_result result = LITELLM_END;
  litellm_arena_init(&arena, past, sizeof past);
  open_client(&client, memory, sizeof memory);
  while (result == LITELLM_END && fgets(words, sizeof words, stdin)) {
    words[strcspn(words, "\n")] = '\0';
    litellm_messages_prune(&history, &arena, 12, sizeof past / 2);
    chat_start(&client, history.first, words);
    result = listen_to(&client);
    if (result == LITELLM_END &&
        litellm_client_response(&client, &response) == LITELLM_OK &&
        litellm_messages_add(&history, &arena, LITELLM_ROLE_USER,
                             litellm_str_from(words)))
      (void)litellm_messages_add_response(&history, &arena, &response);
  }
  return close_client(&client, result);
}
