/* replay: asks a model and records what was said, or plays the record without a
   network or a key. See docs/testing.md, and example.h for how to build it.

     replay --record books.txt
     replay --replay books.txt           prints the same
     replay --replay books.txt poetry    says how the request has changed */
#include "example.h"
#include "port/replay.h"

#define RECOMMEND_BOOK(ARG) ARG(STRING, genre)
LITELLM_CALL(recommend_book, RECOMMEND_BOOK,
             .prompt = "Recommend a {genre} book");

int main(int count, char **words) {
  static unsigned char memory[EXAMPLE_MEMORY];
  static char transcript[1 << 16];
  static litellm_recorder recorder;
  static litellm_player player;
  litellm_client client;
  litellm_response response;
  litellm_result result;
  const char *genre = count > 3 ? words[3] : "fantasy", *wrong = NULL;
  bool records = count > 2 && strcmp(words[1], "--record") == 0;
  bool plays = count > 2 && strcmp(words[1], "--replay") == 0;
  FILE *file = records || plays ? fopen(words[2], records ? "w" : "r") : NULL;
  int status;
  if (!file) {
    fputs("usage: replay --record|--replay FILE [GENRE]\n", stderr);
    if (records || plays) perror(words[2]);
    return 2;
  }
  open_client_over(
      records ? litellm_recorder_open(&recorder, &litellm_posix_tls,
                                      litellm_recorder_file, file)
              : litellm_player_open_file(&player, file, transcript,
                                         sizeof transcript),
      &client, memory, sizeof memory);
  result = recommend_book(&client, &response, genre);
  if (result == LITELLM_OK) puts(response.content);
  status = close_client(&client, result);
  if (plays) wrong = litellm_player_close(&player);
  if (wrong) fprintf(stderr, "%s\n", wrong);
  return fclose(file) != 0 || wrong ? 1 : status;
}
