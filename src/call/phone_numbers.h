#ifndef CLICK2CALL_CALL_PHONE_NUMBERS_H_
#define CLICK2CALL_CALL_PHONE_NUMBERS_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "call/number_reader.h"

namespace click2call::call {

// A reader on libphonenumber's tables. Part of the module "numbers": the program itself has it from
// net/numbers_module.h. The first one takes several milliseconds to make.
//
// Read() gives E.164 for what is a number of the region, typed with or without its trunk prefix (or
// carrier code), and for international ones, typed with + or the region's own prefix for them.
// Everything else stays as it was typed:
//
//  - kInternal are digits that say nothing to the outside: fewer than seven of them, and longer
//    ones without + or trunk prefix that are no possible number of the region. Not internal among
//    the short ones are emergency numbers, those that cost extra (of five or six digits: shorter
//    ones count as internal, since Spain and Switzerland have whole blocks of premium numbers where
//    others have their phones), and these two with a 0 before them, which is a line to the outside.
//  - kUnknown are local numbers without their area code, and what has * or # in it (but "112#" is
//    the kind of 112).
//
// A kind is told from the digits alone, not from a number being in use:
//
//  - Digits too many do not hide a kind: networks ignore them.
//  - Emergency and other short numbers behind a country code are of that kind too.
//  - The country codes 870, 881 and 882 are kSatellite as a whole. 882 has other networks as well,
//    none of them cheap; 883 has only such, and is what libphonenumber says (VoIP).
//  - The country code 979 is kPremium, 808 kSharedCost.
//  - In Europe, 118 and two or three digits more are directory services: kPremium.
//
// `region` is a country of ISO 3166, as in "DE". kInternal, naming numbers.region, where
// libphonenumber knows no such country.
base::Result<std::unique_ptr<NumberReader>> MakePhoneNumbers(const std::string& region);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_PHONE_NUMBERS_H_
