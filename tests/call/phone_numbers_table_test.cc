#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "call/dial_policy.h"
#include "call/phone_numbers.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;

struct Row {
  std::string country;
  std::string international;
  std::string national;
  std::string kind;
  bool passes = false;
};

struct Region {
  std::string name;
  std::string abroad;  // what is dialled before a country code
};

const std::vector<Region>& Regions() {
  static const std::vector<Region> kRegions = {
      {"DE", "00"}, {"US", "011"}, {"BR", "0015"}, {"GB", "00"}};
  return kRegions;
}

std::vector<Row> Table() {
  std::vector<Row> rows;
  std::ifstream file("data/numbers.tsv");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    Row row;
    std::string verdict;
    std::getline(fields, row.country, '\t');
    std::getline(fields, row.international, '\t');
    std::getline(fields, row.national, '\t');
    std::getline(fields, row.kind, '\t');
    std::getline(fields, verdict);
    row.passes = verdict == "passed";
    EXPECT_TRUE(row.passes || verdict == "refused") << line;
    rows.push_back(row);
  }
  return rows;
}

NumberConfig EverythingAbroad() {
  NumberConfig numbers;
  numbers.allow.push_back(Must(DialPattern::Parse("_+X.")));
  numbers.deny_kinds = {NumberKind::kPremium, NumberKind::kSharedCost, NumberKind::kSatellite,
                        NumberKind::kEmergency};
  return numbers;
}

// Typed like this, the number is what its row says.
void Check(const NumberReader& reader, const Row& row, const std::string& typed) {
  const std::string e164 = Must(Extension::Parse(row.international, "to")).Dialled();
  const Extension extension = Must(Extension::Parse(typed, "to"));
  const NumberAsRead read = Must(reader.Read(extension));
  EXPECT_EQ(read.number, e164) << typed;
  EXPECT_EQ(NumberKindText(read.kind), row.kind) << typed;
  const auto judged = Judge(EverythingAbroad(), &reader, extension);
  if (row.passes) {
    EXPECT_EQ(Must(judged).dialled, e164);
  } else {
    ASSERT_TRUE(Fails(judged, Code::kPermissionDenied)) << typed;
    EXPECT_TRUE(Has(judged.Why().message, e164));
    EXPECT_TRUE(Has(judged.Why().message, row.kind));
  }
}

TEST(PhoneNumbersTableTest, HasAHundredNumbersOfTwentyCountries) {
  const std::vector<Row> rows = Table();
  EXPECT_GE(rows.size(), 100U);
  std::set<std::string> countries;
  for (const Row& row : rows) countries.insert(row.country);
  countries.erase("-");
  EXPECT_GE(countries.size(), 20U);
}

TEST(PhoneNumbersTableTest, InternationalNumbersAreReadTheSameEverywhere) {
  const std::vector<Row> rows = Table();
  for (const Region& region : Regions()) {
    SCOPED_TRACE(region.name);
    const auto reader = Must(MakePhoneNumbers(region.name));
    for (const Row& row : rows) {
      Check(*reader, row, row.international);
      Check(*reader, row, region.abroad + " " + row.international.substr(1));
    }
  }
}

TEST(PhoneNumbersTableTest, NationalNumbersAreReadInTheirOwnCountry) {
  const std::vector<Row> rows = Table();
  for (const Region& region : Regions()) {
    const auto reader = Must(MakePhoneNumbers(region.name));
    int seen = 0;
    for (const Row& row : rows) {
      if (row.country != region.name) continue;
      Check(*reader, row, row.national);
      ++seen;
    }
    EXPECT_GE(seen, 4) << region.name;
  }
}

}  // namespace
}  // namespace click2call::call
