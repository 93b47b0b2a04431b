#ifndef CLICK2CALL_BENCH_AMI_H_
#define CLICK2CALL_BENCH_AMI_H_

// The least that places a call on Asterisk: what the bench's own programs, in C and in C++, share.
// Where the PBX is and what to dial, they have from the environment, as correct.php has:
// AMI_HOST (an address), AMI_PORT, AMI_USER, AMI_SECRET, CALL_CHANNEL, CALL_CONTEXT.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Ids look like click2call's, so that the PBX has as much to do with them: "c2c-", the slot of who
// waits for the answer, and what makes it unique.
enum { kAmiIdLength = 30, kAmiIdSlotAt = 4, kAmiIdSlotDigits = 5, kAmiMaxActionBytes = 1024 };

static inline void AmiDie(const char* what) {
  perror(what);
  exit(1);
}

static inline const char* AmiSetting(const char* name) {
  const char* value = getenv(name);
  if (value == NULL) {
    fprintf(stderr, "%s is not set\n", name);
    exit(1);
  }
  return value;
}

static inline void AmiSend(int fd, const char* text, size_t length) {
  while (length > 0) {
    const ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);
    if (sent <= 0) AmiDie("send to the PBX");
    text += sent;
    length -= (size_t)sent;
  }
}

// Reads until `end` has come. Returns how many bytes there are; `buffer` is ended with a NUL.
static inline size_t AmiReadUntil(int fd, char* buffer, size_t size, const char* end) {
  size_t have = 0;
  for (;;) {
    const ssize_t got = recv(fd, buffer + have, size - have - 1, 0);
    if (got <= 0) AmiDie("read from the PBX");
    have += (size_t)got;
    buffer[have] = '\0';
    if (strstr(buffer, end) != NULL) return have;
  }
}

// A session that is logged in. `events` is "off" or a list of classes.
static inline int AmiLogIn(const char* events) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((unsigned short)atoi(AmiSetting("AMI_PORT")));
  inet_pton(AF_INET, AmiSetting("AMI_HOST"), &address.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, (struct sockaddr*)&address, sizeof address) != 0) AmiDie("connect to the PBX");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  char text[kAmiMaxActionBytes];
  AmiReadUntil(fd, text, sizeof text, "\r\n");
  const int length = snprintf(text, sizeof text,
                              "Action: Login\r\nUsername: %s\r\nSecret: %s\r\nEvents: %s\r\n\r\n",
                              AmiSetting("AMI_USER"), AmiSetting("AMI_SECRET"), events);
  AmiSend(fd, text, (size_t)length);
  AmiReadUntil(fd, text, sizeof text, "\r\n\r\n");
  if (strstr(text, "Response: Success") == NULL) {
    fprintf(stderr, "the PBX refuses the login: %s\n", text);
    exit(1);
  }
  return fd;
}

// An id that no other process and no other call of this one has. `prefix` is of four characters.
static inline void AmiMakeId(char id[kAmiIdLength + 1], const char* prefix, unsigned slot,
                             unsigned long long number) {
  static unsigned long long begun;
  if (begun == 0) begun = (unsigned long long)time(NULL) % 10000000 * 100000 + getpid() % 100000;
  snprintf(id, kAmiIdLength + 1, "%.4s%05u%012llu%09llu", prefix, slot % 100000, begun, number);
}

// The same headers as click2call sends. Returns how many bytes it wrote.
static inline size_t AmiOriginate(char text[kAmiMaxActionBytes], const char* id,
                                  const char* exten) {
  static const char *channel, *context;
  if (channel == NULL) {
    context = AmiSetting("CALL_CONTEXT");
    channel = AmiSetting("CALL_CHANNEL");
  }
  return (size_t)snprintf(
      text, kAmiMaxActionBytes,
      "Action: Originate\r\nActionID: %s\r\nChannelId: %s\r\nOtherChannelId: %s-2\r\n"
      "Channel: %s\r\nContext: %s\r\nExten: %s\r\nPriority: 1\r\n"
      "CallerID: \"Click to call\" <%s>\r\nTimeout: 30000\r\nAsync: yes\r\n\r\n",
      id, id, id, channel, context, exten, exten);
}

// The first whole message in `buffer`: its length with the blank line, or 0.
static inline size_t AmiMessage(const char* buffer, size_t have) {
  const char* end = (const char*)memmem(buffer, have, "\r\n\r\n", 4);
  return end == NULL ? 0 : (size_t)(end - buffer) + 4;
}

// The slot of the call that a message answers; -1 where it answers none, and -2 where the PBX
// refused it.
static inline int AmiAnswers(const char* message, size_t length) {
  static const char kId[] = "ActionID: c2c-";
  if (strncmp(message, "Response: ", 10) != 0) return -1;
  const char* id = (const char*)memmem(message, length, kId, sizeof kId - 1);
  if (id == NULL) return -1;
  if (strncmp(message + 10, "Success", 7) != 0) return -2;
  int slot = 0;
  for (int i = 0; i < kAmiIdSlotDigits; ++i) slot = slot * 10 + (id[sizeof kId - 1 + i] - '0');
  return slot;
}

// The number to dial, from a query; 0 where it is none that may be dialled.
static inline int AmiReadNumber(const char* query, char number[7]) {
  const char* to = query == NULL ? NULL : strstr(query, "to=");
  if (to == NULL) return 0;
  const size_t digits = strspn(to + 3, "0123456789");
  if (digits < 2 || digits > 6 || (to[3 + digits] != '\0' && to[3 + digits] != '&')) return 0;
  memcpy(number, to + 3, digits);
  number[digits] = '\0';
  return 1;
}

#endif  // CLICK2CALL_BENCH_AMI_H_
