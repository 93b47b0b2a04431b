#include "store/connection.h"

namespace click2call::store {

void InTransaction(Connection& connection, const std::function<void(Connection&)>& work) {
  connection.Begin();
  try {
    work(connection);
    connection.Commit();
  } catch (...) {
    connection.Rollback();
    throw;
  }
}

}  // namespace click2call::store
