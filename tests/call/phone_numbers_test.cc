#include "call/phone_numbers.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using enum NumberKind;

struct Row {
  std::string_view typed;
  std::string_view read;
  NumberKind kind;
};

void Reads(const std::string& region, const std::vector<Row>& rows) {
  const std::unique_ptr<NumberReader> reader = Must(MakePhoneNumbers(region));
  for (const Row& row : rows) {
    const NumberAsRead read = Must(reader->Read(Must(Extension::Parse(row.typed, "to"))));
    EXPECT_EQ(read.number, row.read) << region << " " << row.typed;
    EXPECT_EQ(NumberKindText(read.kind), NumberKindText(row.kind)) << region << " " << row.typed;
  }
}

// ---- what people write

TEST(PhoneNumbersTest, ReadsGermanNumbers) {
  Reads("DE", {
                  {"089 / 1234567", "+49891234567", kFixedLine},
                  {"+49 (0) 89 1234567", "+49891234567", kFixedLine},
                  {"0049 89 1234567", "+49891234567", kFixedLine},
                  {"tel:+49-89-1234567", "+49891234567", kFixedLine},
                  {"0171 1234567", "+491711234567", kMobile},
                  {"0044 20 7946 0000", "+442079460000", kFixedLine},
                  {"001 201 555 0123", "+12015550123", kFixedLineOrMobile},
                  {"0800 1234567", "+498001234567", kTollFree},
                  {"0900 1 234567", "+499001234567", kPremium},
                  {"0137 1 234567", "+491371234567", kSharedCost},
                  {"0180 5 123456", "+491805123456", kSharedCost},
                  {"0700 12345678", "+4970012345678", kPersonal},
              });
}

TEST(PhoneNumbersTest, ReadsAmericanNumbers) {
  Reads("US", {
                  {"(201) 555-0123", "+12015550123", kFixedLineOrMobile},
                  {"1-201-555-0123", "+12015550123", kFixedLineOrMobile},
                  {"011 49 89 1234567", "+49891234567", kFixedLine},
                  {"1-900-234-5678", "+19002345678", kPremium},
                  {"900-234-5678", "+19002345678", kPremium},
                  {"1-800-234-5678", "+18002345678", kTollFree},
                  {"011 44 909 879 0000", "+449098790000", kPremium},
              });
}

TEST(PhoneNumbersTest, ReadsBritishNumbers) {
  Reads("GB", {
                  {"020 7946 0000", "+442079460000", kFixedLine},
                  {"07400 123456", "+447400123456", kMobile},
                  {"00 1 201 555 0123", "+12015550123", kFixedLineOrMobile},
                  {"0909 879 0000", "+449098790000", kPremium},
                  {"0845 601 2345", "+448456012345", kPremium},
                  {"0870 123 4567", "+448701234567", kPremium},
                  {"0300 123 4567", "+443001234567", kCompany},
                  {"056 1234 5678", "+445612345678", kVoip},
              });
}

TEST(PhoneNumbersTest, ReadsBrazilianNumbersWithAndWithoutCarrierCodes) {
  Reads("BR", {
                  {"(11) 96123-4567", "+5511961234567", kMobile},
                  {"0 11 96123-4567", "+5511961234567", kMobile},
                  {"0 15 11 96123-4567", "+5511961234567", kMobile},
                  {"0 21 11 2345-6789", "+551123456789", kFixedLine},
                  {"00 15 49 89 1234567", "+49891234567", kFixedLine},
                  {"0900 123456", "+55900123456", kPremium},
                  {"4004-1234", "+5540041234", kSharedCost},
              });
}

TEST(PhoneNumbersTest, WhatItCannotPlaceIsReadAllTheSame) {
  Reads("DE", {
                  {"+44 7700 900000", "+447700900000", kUnknown},
                  {"+1 700 555 1234", "+17005551234", kUnknown},
                  {"+49 4", "+494", kUnknown},
                  {"+999 123456", "+999123456", kUnknown},
                  {"+0", "+0", kUnknown},
                  {"00 999 123456", "00999123456", kUnknown},
              });
}

// ---- internal numbers

TEST(PhoneNumbersTest, ShortNumbersAreLeftAlone) {
  for (const std::string region : {"DE", "US", "BR", "GB", "FR", "IT", "ES", "CH"}) {
    Reads(region, {
                      {"1", "1", kInternal},
                      {"10", "10", kInternal},
                      {"100", "100", kInternal},
                      {"1006", "1006", kInternal},
                      {"3250", "3250", kInternal},
                      {"1201", "1201", kInternal},
                      {"20100", "20100", kInternal},
                      {"201006", "201006", kInternal},
                  });
  }
  Reads("US", {{"24280", "24280", kInternal}, {"1911", "1911", kInternal}});
  Reads("DE", {{"0", "0", kInternal}, {"0123", "0123", kInternal}, {"1101", "1101", kInternal}});
}

TEST(PhoneNumbersTest, LongerOnesAreInternalWhereTheyAreNoPossibleNumber) {
  Reads("US", {{"20155501", "20155501", kInternal}, {"20155501231", "20155501231", kInternal}});
  Reads("GB", {{"2079460000123", "2079460000123", kInternal}});
  // In Germany they are possible.
  Reads("DE", {{"1234567", "+491234567", kUnknown}});
  // Something is meant to be outside, and it is not clear what.
  Reads("US", {{"12015550", "12015550", kUnknown}, {"02015550", "02015550", kUnknown}});
}

TEST(PhoneNumbersTest, LocalNumbersWithoutAreaCodeStayAsTheyAre) {
  Reads("US", {{"555-0123", "5550123", kUnknown}});
  Reads("GB", {{"7946 0000", "79460000", kUnknown}});
}

// ---- what costs, and what it hides behind

TEST(PhoneNumbersTest, KnowsTheEmergencyNumbersOfTheRegion) {
  Reads("DE", {{"112", "112", kEmergency}, {"110", "110", kEmergency}, {"999", "999", kInternal}});
  Reads("GB", {{"999", "999", kEmergency}, {"112", "112", kEmergency}, {"110", "110", kInternal}});
  Reads("US", {{"911", "911", kEmergency}, {"112", "112", kEmergency}});
  Reads("BR", {{"190", "190", kEmergency}, {"192", "192", kEmergency}, {"193", "193", kEmergency}});
}

TEST(PhoneNumbersTest, EmergencyNumbersDoNotHide) {
  Reads("DE", {
                  {"110#", "110#", kEmergency},
                  {"110*1", "110*1", kEmergency},
                  {"+110", "+110", kEmergency},
                  {"0110", "0110", kEmergency},
                  {"+49110", "+49110", kEmergency},
                  {"0049110", "+49110", kEmergency},
                  {"+44999", "+44999", kEmergency},
                  {"001911", "+1911", kEmergency},
                  {"#110", "#110", kUnknown},
              });
}

TEST(PhoneNumbersTest, DirectoryServicesArePremium) {
  Reads("DE", {
                  {"11833", "11833", kPremium},
                  {"118000", "118000", kPremium},
                  {"011833", "011833", kPremium},
                  {"+4911833", "+4911833", kPremium},
                  {"11833#", "11833#", kPremium},
                  {"1183", "1183", kInternal},
              });
  Reads("GB", {{"118118", "118118", kPremium}, {"00 44 118500", "+44118500", kPremium}});
  Reads("US", {{"11833", "11833", kInternal}});
}

TEST(PhoneNumbersTest, ShortNumbersThatCostArePremiumWhereTheyAreLongerThanPhonesNumbers) {
  Reads("FR",
        {{"118712", "118712", kPremium}, {"40404", "40404", kInternal}});  // for messages only
  Reads("CH", {
                  {"1811", "1811", kInternal},
                  {"01811", "01811", kPremium},
                  {"+411811", "+411811", kPremium},
              });
}

TEST(PhoneNumbersTest, WholeNumbersThatAreShortAreKnownWhereTheyCost) {
  Reads("IT", {{"892021", "+39892021", kPremium}});
  Reads("AD", {{"912345", "+376912345", kPremium}, {"712345", "712345", kInternal}});
}

TEST(PhoneNumbersTest, DigitsTooManyDoNotHideAKind) {
  Reads("DE", {
                  {"0900 1234567 999", "+499001234567999", kPremium},
                  {"+49 900 1234567 99999999999999", "+49900123456799999999999999", kPremium},
                  {"0900 1234567 999999999999999", "+499001234567999999999999999", kPremium},
                  {"09001234567#", "09001234567#", kPremium},
              });
  Reads("US", {{"1 900 234 5678 99", "+1900234567899", kPremium},
               {"900 234 5678 99", "+1900234567899", kPremium}});
  Reads("GB", {{"0909 879 0000 12", "+44909879000012", kPremium},
               {"020 7946 0000 12", "+44207946000012", kFixedLine}});
}

TEST(PhoneNumbersTest, SomeCountryCodesAreOfOneKindAsAWhole) {
  Reads("DE", {
                  {"+870 773 111 632", "+870773111632", kSatellite},
                  {"+881 6 123 45678", "+881612345678", kSatellite},
                  {"00881 1", "008811", kInternal},
                  {"00881 12", "+88112", kSatellite},
                  {"+882 16 123 456", "+88216123456", kSatellite},
                  {"+882 99 1", "+882991", kSatellite},
                  {"+883 5100 12345", "+883510012345", kVoip},
                  {"+979 123", "+979123", kPremium},
                  {"+808 1234 567", "+8081234567", kSharedCost},
                  {"+800 1234 5678", "+80012345678", kTollFree},
              });
}

TEST(PhoneNumbersTest, FeatureCodesAreNotRead) {
  Reads("DE", {{"*72", "*72", kUnknown}, {"#31#", "#31#", kUnknown}, {"+#1", "+#1", kUnknown}});
}

TEST(PhoneNumbersTest, ACountryThatIsNoneIsAnErrorThatNamesTheKey) {
  for (const std::string region : {"XX", "", "de", "001"}) {
    const auto reader = MakePhoneNumbers(region);
    ASSERT_TRUE(Fails(reader, Code::kInternal)) << region;
    EXPECT_TRUE(Has(reader.Why().message, "numbers.region \"" + region + "\""));
  }
}

}  // namespace
}  // namespace click2call::call
