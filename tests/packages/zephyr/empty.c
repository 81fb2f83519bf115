/* empty.c: CMake wants a source. */
typedef int empty;
