#ifndef CLICK2CALL_FAKES_MEMORY_H_
#define CLICK2CALL_FAKES_MEMORY_H_

#include <cstddef>

// Of sanitizer/allocator_interface.h, which g++ does not come with.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT

namespace click2call::fakes {

// How much the program holds at this moment, by AddressSanitizer's books: what it has freed does
// not count.
inline std::size_t AllocatedBytes() { return __sanitizer_get_current_allocated_bytes(); }

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_MEMORY_H_
