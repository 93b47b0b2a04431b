#ifndef CLICK2CALL_NET_NUMBERS_MODULE_H_
#define CLICK2CALL_NET_NUMBERS_MODULE_H_

#include <string>
#include <utility>

#include "base/result.h"
#include "call/number_reader.h"
#include "net/module.h"

namespace click2call::net {

// The reader of the module "numbers", which is opened at the first number.
class NumbersModule : public call::NumberReader {
 public:
  // REQUIRES: region is not empty.
  explicit NumbersModule(std::string region) : reader_("numbers", std::move(region)) {}

  // Opens the module now, for who wants to know at once whether it is there and knows the region,
  // and to have no caller wait for its tables. kInternal where not: then the next need tries again.
  base::Status Open() const;

  base::Result<call::NumberAsRead> Read(const call::Extension& extension) const override;

 private:
  const FromModule<call::MakeNumberReader> reader_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_NUMBERS_MODULE_H_
