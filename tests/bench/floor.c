// The floor: what nobody can do with much less. A FastCGI program of eight threads that share one
// pipelined AMI session. It keeps no journal, has no rules, and gives up where anything goes wrong.
//
//     floor SOCKET [JOURNAL]
//
// With a journal it does what nobody can leave out who says what became of a call: a row before the
// Originate, of several calls in one commit, and what a second session hears of the call's end. The
// row has the least columns and one b-tree, and there still are no rules, no limits and no log. Its
// threads keep to one processor and interrupt nobody, as click2call's do where there are two.

#define _GNU_SOURCE
#include <fcgiapp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "ami.h"

enum { kThreads = 8, kEnds = 4096, kFlushMs = 25 };

static int listener, session;
static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
static sem_t answered[kThreads];

static void KeepToOneProcessor(void) {
  cpu_set_t one;
  const struct sched_param no_priority = {0};
  CPU_ZERO(&one);
  CPU_SET((size_t)sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) AmiDie("sched_setaffinity");
  if (sched_setscheduler(0, SCHED_BATCH, &no_priority) != 0) AmiDie("sched_setscheduler");
}

// ---- the journal

typedef struct {
  char id[kAmiIdLength + 1], number[7];
} Row;

static sqlite3* journal;
static sqlite3_stmt *begin, *commit, *insert, *update;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;  // who has it uses the journal

static pthread_mutex_t recording = PTHREAD_MUTEX_INITIALIZER;  // guards these
static pthread_cond_t recorded[kThreads];
static Row rows[kThreads];
static int waits[kThreads], led;

static sqlite3_stmt* Prepare(const char* sql) {
  sqlite3_stmt* statement = NULL;
  if (sqlite3_prepare_v3(journal, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
      SQLITE_OK) {
    AmiDie(sqlite3_errmsg(journal));
  }
  return statement;
}

static void OpenJournal(const char* path) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path, &journal, flags, NULL) != SQLITE_OK) AmiDie(path);
  static const char kPrepared[] =
      "PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
      "PRAGMA wal_autocheckpoint=10000;"
      "CREATE TABLE IF NOT EXISTS calls (call_id TEXT NOT NULL PRIMARY KEY, callee TEXT,"
      " created_at INTEGER, failed INTEGER, ended_at INTEGER) WITHOUT ROWID";
  if (sqlite3_exec(journal, kPrepared, NULL, NULL, NULL) != SQLITE_OK) {
    AmiDie(sqlite3_errmsg(journal));
  }
  begin = Prepare("BEGIN IMMEDIATE");
  commit = Prepare("COMMIT");
  insert = Prepare("INSERT INTO calls (call_id, callee, created_at) VALUES (?, ?, ?)");
  update = Prepare("UPDATE calls SET failed = 1, ended_at = ? WHERE call_id = ?");
}

static void Do(sqlite3_stmt* statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) AmiDie(sqlite3_errmsg(journal));
  sqlite3_reset(statement);
}

// Returns once the row is committed: with those of all who have come meanwhile.
static void Record(unsigned slot, const char* id, const char* number) {
  pthread_mutex_lock(&recording);
  memcpy(rows[slot].id, id, sizeof rows[slot].id);
  memcpy(rows[slot].number, number, sizeof rows[slot].number);
  waits[slot] = 1;
  while (waits[slot]) {
    if (led) {
      pthread_cond_wait(&recorded[slot], &recording);
      continue;
    }
    led = 1;
    pthread_mutex_unlock(&recording);
    sched_yield();  // others may be about to come
    pthread_mutex_lock(&recording);
    Row taken[kThreads];
    int slots[kThreads], count = 0;
    for (int i = 0; i < kThreads; ++i) {
      if (!waits[i]) continue;
      taken[count] = rows[i];
      slots[count++] = i;
    }
    pthread_mutex_unlock(&recording);
    pthread_mutex_lock(&writing);
    Do(begin);
    for (int i = 0; i < count; ++i) {
      sqlite3_bind_text(insert, 1, taken[i].id, -1, SQLITE_STATIC);
      sqlite3_bind_text(insert, 2, taken[i].number, -1, SQLITE_STATIC);
      sqlite3_bind_int64(insert, 3, time(NULL));
      Do(insert);
    }
    Do(commit);
    pthread_mutex_unlock(&writing);
    pthread_mutex_lock(&recording);
    led = 0;
    int next = -1;
    for (int i = 0; i < count; ++i) waits[slots[i]] = 0;
    for (int i = 0; i < kThreads && next < 0; ++i) next = waits[i] ? i : -1;
    if (next >= 0) pthread_cond_signal(&recorded[next]);
    for (int i = 0; i < count; ++i) {
      if (slots[i] != (int)slot) pthread_cond_signal(&recorded[slots[i]]);
    }
  }
  pthread_mutex_unlock(&recording);
}

static void Flush(const char ends[][kAmiIdLength + 1], int count) {
  pthread_mutex_lock(&writing);
  Do(begin);
  for (int i = 0; i < count; ++i) {
    sqlite3_bind_int64(update, 1, time(NULL));
    sqlite3_bind_text(update, 2, ends[i], -1, SQLITE_STATIC);
    Do(update);
  }
  Do(commit);
  pthread_mutex_unlock(&writing);
}

// Which calls fail, by the events of a session of its own: in the bench they all do.
static void* Follow(void* argument) {
  static const char kEvent[] = "Event: OriginateResponse", kId[] = "\nActionID: c2c-",
                    kFailed[] = "\nResponse: Failure";
  static char buffer[262144], ends[kEnds][kAmiIdLength + 1];
  const int events = (int)(size_t)argument;
  size_t have = 0;
  for (;;) {
    int count = 0;
    usleep(kFlushMs * 1000);
    struct pollfd readable = {events, POLLIN, 0};
    while (count < kEnds && poll(&readable, 1, count == 0 ? -1 : 0) > 0) {
      const ssize_t got = recv(events, buffer + have, sizeof buffer - have, 0);
      if (got <= 0) AmiDie("read events from the PBX");
      have += (size_t)got;
      size_t length, done = 0;
      while (count < kEnds && (length = AmiMessage(buffer + done, have - done)) != 0) {
        const char* id = memmem(buffer + done, length, kId, sizeof kId - 1);
        if (id != NULL && strncmp(buffer + done, kEvent, sizeof kEvent - 1) == 0 &&
            memmem(buffer + done, length, kFailed, sizeof kFailed - 1) != NULL) {
          memcpy(ends[count++], id + sizeof kId - 5, kAmiIdLength);
        }
        done += length;
      }
      memmove(buffer, buffer + done, have - done);
      have -= done;
    }
    Flush(ends, count);
  }
  return NULL;
}

// ---- calls

static void Dial(unsigned slot, const char* number, char id[kAmiIdLength + 1]) {
  static unsigned long long count;
  char text[kAmiMaxActionBytes];
  AmiMakeId(id, "c2c-", slot, __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED));
  if (journal != NULL) Record(slot, id, number);
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
  if (argc != 2 && argc != 3) return 2;
  if (argc == 3) KeepToOneProcessor();
  FCGX_Init();
  session = AmiLogIn("off");
  umask(0);
  listener = FCGX_OpenSocket(argv[1], 1024);
  pthread_t thread;
  if (argc == 3) {
    OpenJournal(argv[2]);
    const int events = AmiLogIn("call");
    pthread_create(&thread, NULL, Follow, (void*)(size_t)events);
    for (int slot = 0; slot < kThreads; ++slot) pthread_cond_init(&recorded[slot], NULL);
  }
  for (size_t slot = 0; slot < kThreads; ++slot) {
    sem_init(&answered[slot], 0, 0);
    pthread_create(&thread, NULL, Serve, (void*)slot);
  }
  Read();
}
