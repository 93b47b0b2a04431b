#include "web/prometheus_text.h"

#include <string>

#include <gtest/gtest.h>

#include "base/version.h"
#include "fakes/results.h"

namespace click2call::web {
namespace {

using fakes::Has;
using fakes::Must;

std::string Write(const Metrics& metrics) {
  return Must(Must(MakePrometheusText())->Write(metrics));
}

const std::string kBuild =
    "# HELP click2call_build_info The version of click2call; the value is always 1.\n"
    "# TYPE click2call_build_info gauge\n"
    "click2call_build_info{version=\"" +
    std::string(base::kVersion) + "\"} 1\n";

TEST(PrometheusTextTest, SaysHowEachPbxIs) {
  EXPECT_EQ(
      Write({{{"main", true, {{"originate", true}, {"hangup", false}}, 3}, {"spare", false}}, {}}),
      kBuild +
          "# HELP click2call_pbx_up Whether click2call is logged in to the PBX.\n"
          "# TYPE click2call_pbx_up gauge\n"
          "click2call_pbx_up{pbx=\"main\"} 1\n"
          "click2call_pbx_up{pbx=\"spare\"} 0\n"
          "# HELP click2call_pbx_right Whether the AMI user may do that, on a PBX that is up.\n"
          "# TYPE click2call_pbx_right gauge\n"
          "click2call_pbx_right{pbx=\"main\",right=\"originate\"} 1\n"
          "click2call_pbx_right{pbx=\"main\",right=\"hangup\"} 0\n"
          "# HELP click2call_open_calls Calls on the PBX that are not over, by the journal, up to "
          "1000.\n"
          "# TYPE click2call_open_calls gauge\n"
          "click2call_open_calls{pbx=\"main\"} 3\n");
}

TEST(PrometheusTextTest, SaysWhatWasCounted) {
  Counts counts{.began = base::WallTime(base::Milliseconds(1'795'396'816'042)),
                .answers = {{"PLACED", 3}, {"DUPLICATE", 0}},
                .placed = {{0.0025, 1}, {10, 2}},
                .placed_in_all = 3,
                .seconds_in_all = 12.345678};
  EXPECT_EQ(Write({{}, counts}),
            kBuild +
                "# HELP click2call_answers_total Requests that were to place a call, by their "
                "answer: PLACED, DUPLICATE (the same click again), or an error's code.\n"
                "# TYPE click2call_answers_total counter\n"
                "click2call_answers_total{code=\"PLACED\"} 3\n"
                "click2call_answers_total{code=\"DUPLICATE\"} 0\n"
                "# HELP click2call_place_seconds How long it took to place the calls that were "
                "placed, the PBX's first word included.\n"
                "# TYPE click2call_place_seconds histogram\n"
                "click2call_place_seconds_count 3\n"
                "click2call_place_seconds_sum 12.345678\n"
                "click2call_place_seconds_bucket{le=\"0.0025\"} 1\n"
                "click2call_place_seconds_bucket{le=\"10\"} 2\n"
                "click2call_place_seconds_bucket{le=\"+Inf\"} 3\n"
                "# HELP process_start_time_seconds When the process began to count, in seconds "
                "since 1970.\n"
                "# TYPE process_start_time_seconds gauge\n"
                "process_start_time_seconds 1795396816.042\n");
}

TEST(PrometheusTextTest, WhatIsNotKnownIsLeftOut) { EXPECT_EQ(Write({}), kBuild); }

TEST(PrometheusTextTest, ANameMayHoldAnything) {
  EXPECT_TRUE(
      Has(Write({{{"a \"quoted\" \\ name\nof Z\xc3\xbcrich", true}}, {}}),
          "\nclick2call_pbx_up{pbx=\"a \\\"quoted\\\" \\\\ name\\nof Z\xc3\xbcrich\"} 1\n"));
}

}  // namespace
}  // namespace click2call::web
