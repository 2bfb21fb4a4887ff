#include "replay/session_date.hpp"

#include <gtest/gtest.h>

namespace tickweir::replay {
namespace {

using namespace std::chrono;

TEST(DateInName, ReadsTheFormsThatCapturesHave) {
    EXPECT_EQ(date_in_name("bitstamp-btcusd-2015-05-01.itch.gz"), 2015y / May / 1);
    EXPECT_EQ(date_in_name("/data/2014-01-01/x-20150501.pcap"), 2015y / May / 1);
    EXPECT_EQ(date_in_name("20150501T093000.itch"), 2015y / May / 1);
    EXPECT_EQ(date_in_name("01302020.NASDAQ_ITCH50.gz"), 2020y / January / 30);
    EXPECT_EQ(date_in_name("S082223-v50.txt"), 2023y / August / 22);
    EXPECT_EQ(date_in_name("S08222023-v50.txt"), 2023y / August / 22);
    EXPECT_EQ(date_in_name("2020-02-29"), 2020y / February / 29);
}

TEST(DateInName, RefusesWhatOnlyLooksLikeADate) {
    for (const auto name : {"",
                            "capture.itch",
                            "/2015-05-01/capture.itch",
                            "2015-13-01",
                            "2015-02-29.itch",
                            "120150501",
                            "201505011",
                            "2015-05-011",
                            "12015-05-01",
                            "2015-5-1",
                            "2015_05_01",
                            "x082223-v50.txt",
                            "S082223.txt",
                            "xS082223-v50.txt",
                            "082223",
                            "S132223-v50.txt",
                            "99999999",
                            "00000000",
                            "2015-05-",
                            "2015-05-0",
                            "2015-",
                            "18991231",
                            "123456.itch"})
        EXPECT_EQ(date_in_name(name), std::nullopt) << name;
}

TEST(DateInName, RefusesNamesWhoseDatesContradictEachOther) {
    EXPECT_EQ(date_in_name("2015-05-01_to_2015-05-02.itch"), std::nullopt);
    EXPECT_EQ(date_in_name("2015-05-01_20150501.itch"), 2015y / May / 1);
}

}  // namespace
}  // namespace tickweir::replay
