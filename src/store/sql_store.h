#ifndef CLICK2CALL_STORE_SQL_STORE_H_
#define CLICK2CALL_STORE_SQL_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "call/call_store.h"
#include "store/database.h"

namespace click2call::store {

// The journal in a database.
//
// Times are kept to the millisecond. A value with a NUL byte is refused: not every database can
// keep one, and what compares it as far as that would take it for somebody else's. A call that is
// over stays as it ended: it does not become failed. A call that is not there is not advanced, and
// not an error.
class SqlStore : public call::CallStore {
 public:
  // A sink that is away for long shall not fill the disk: beyond this many waiting notifications
  // (of all calls) the oldest are dropped, since the newest tell where a call stands.
  static constexpr std::size_t kMaxNotifications = 10'000;

  explicit SqlStore(std::unique_ptr<Database> database,
                    std::size_t max_notifications = kMaxNotifications);

  base::Result<std::optional<call::Call>> Insert(const call::Call& call,
                                                 const call::Admission& admission) override;
  base::Status SetPbx(const base::CallId& id, const std::string& pbx) override;
  base::Status Explain(const base::CallId& id, const std::string& why) override;
  base::Result<bool> Advance(const base::CallId& id, const call::CallState& state,
                             base::WallTime at) override;
  base::Result<std::vector<bool>> AdvanceAll(const std::vector<call::Advancement>& steps) override;
  base::Result<std::optional<call::Call>> Find(const base::CallId& id) override;
  base::Result<std::vector<call::Call>> List(const call::CallQuery& query) override;
  base::Result<std::vector<call::Call>> Unsettled(const std::string& pbx,
                                                  const std::optional<base::CallId>& after,
                                                  std::size_t limit) override;
  base::Result<std::vector<call::Notification>> ClaimNotifications(base::WallTime now,
                                                                   base::WallTime until,
                                                                   std::size_t limit) override;
  base::Status DropNotification(const std::string& id) override;
  base::Status PutOffNotification(const std::string& id, base::WallTime due, int tries) override;
  base::Result<std::string> SharedKey(const std::string& name, const std::string& fresh) override;
  base::Result<std::size_t> Prune(base::WallTime before, std::size_t limit) override;

 private:
  void Notify(Connection& connection, const base::CallId& id, call::CallStatus status,
              base::WallTime at) const;

  const std::unique_ptr<Database> database_;
  const std::size_t max_notifications_;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_SQL_STORE_H_
