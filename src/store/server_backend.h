#ifndef CLICK2CALL_STORE_SERVER_BACKEND_H_
#define CLICK2CALL_STORE_SERVER_BACKEND_H_

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "store/backend.h"
#include "store/server.h"

namespace click2call::store {

// A database on a server, which many hosts share. Its tables are made at the first need.
class ServerBackend : public Backend {
 public:
  ServerBackend(ServerAddress address, OpenServer open)
      : address_(std::move(address)), open_(std::move(open)) {}

  base::Result<std::unique_ptr<Connection>> Connect(Deadline deadline) override;
  std::string Explain(const DatabaseError& error) const override;
  std::string ExplainLocked() const override;
  std::string Explain(const std::string& text) const override;

 private:
  base::Result<ConnectToServer*> Open();
  std::string Server() const;
  std::string Database() const;

  const ServerAddress address_;
  const OpenServer open_;
  std::mutex mutex_;
  ConnectToServer* connect_ = nullptr;  // guarded by mutex_
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SERVER_BACKEND_H_
