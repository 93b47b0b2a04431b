// The floor: what nobody can do with much less. A FastCGI program of eight threads that share one
// pipelined AMI session. It keeps no journal, has no rules, and gives up where anything goes wrong.
//
//     floor SOCKET

#define _GNU_SOURCE
#include <fcgiapp.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/stat.h>

#include "ami.h"

enum { kThreads = 8 };

static int listener, session;
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
static sem_t answered[kThreads];

static void Dial(unsigned slot, const char* number, char id[kAmiIdLength + 1]) {
  static unsigned long long count;
  char text[kAmiMaxActionBytes];
  AmiMakeId(id, "c2c-", slot, __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED));
  const size_t length = AmiOriginate(text, id, number);
  pthread_mutex_lock(&sending);
  AmiSend(session, text, length);
  pthread_mutex_unlock(&sending);
  while (sem_wait(&answered[slot]) != 0) continue;
}

static void* Serve(void* argument) {
  const unsigned slot = (unsigned)(size_t)argument;
  FCGX_Request request;
  FCGX_InitRequest(&request, listener, 0);
  while (FCGX_Accept_r(&request) == 0) {
    char number[7], id[kAmiIdLength + 1];
    if (AmiReadNumber(FCGX_GetParam("QUERY_STRING", request.envp), number)) {
      Dial(slot, number, id);
      FCGX_FPrintF(request.out,
                   "Status: 201\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
                   "\r\n{\"callId\":\"%s\",\"callee\":{\"number\":\"%s\"},"
                   "\"status\":\"initiating\"}\n",
                   id, number);
    } else {
      FCGX_FPrintF(request.out, "Status: 400\r\nContent-Type: text/plain\r\n\r\nno number\n");
    }
    FCGX_Finish_r(&request);
  }
  return NULL;
}

static void Read(void) {
  static char buffer[65536];
  size_t have = 0;
  for (;;) {
    const ssize_t got = recv(session, buffer + have, sizeof buffer - have, 0);
    if (got <= 0) AmiDie("read from the PBX");
    have += (size_t)got;
    size_t length, done = 0;
    while ((length = AmiMessage(buffer + done, have - done)) != 0) {
      const int slot = AmiAnswers(buffer + done, length);
      if (slot == -2) AmiDie("the PBX refuses the call");
      if (slot >= 0 && slot < kThreads) sem_post(&answered[slot]);
      done += length;
    }
    memmove(buffer, buffer + done, have - done);
    have -= done;
  }
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  FCGX_Init();
  session = AmiLogIn("off");
  umask(0);
  listener = FCGX_OpenSocket(argv[1], 1024);
  pthread_t thread;
  for (size_t slot = 0; slot < kThreads; ++slot) {
    sem_init(&answered[slot], 0, 0);
    pthread_create(&thread, NULL, Serve, (void*)slot);
  }
  Read();
}
