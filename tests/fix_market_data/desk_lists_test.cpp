// x → y.
#include <algorithm>
#include <set>

#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using Texts = std::vector<std::string>;

TEST(SecurityListRequest, ListsAllInstruments) {
    DeskBed bed;
    EXPECT_EQ(bed.answer("x", "320=q|559=4|"),
              Texts{"y 320=q|322=1|560=0|393=3|893=Y|146=3|"
                    "55=ACME|207=tickweir|561=1|562=1|58=tick 0.01|"
                    "55=GLOBEX|207=tickweir|561=1|562=1|58=tick 0.01|"
                    "55=ACME|207=nasdaq|561=1|562=1|58=tick 0.01|"});
}

TEST(SecurityListRequest, ListsThoseThatAreAskedFor) {
    DeskBed bed;
    const std::vector<std::pair<std::string, std::string>> cases{
        {"320=q|559=0|55=GLOBEX|", "560=0|393=1|893=Y|146=1|55=GLOBEX|207=tickweir|"},
        {"320=q|559=0|55=ACME|", "560=0|393=2|893=Y|146=2|55=ACME|207=tickweir|"},
        {"320=q|559=0|55=ACME|207=nasdaq|", "560=0|393=1|893=Y|146=1|55=ACME|207=nasdaq|"},
        {"320=q|559=0|55=NOPE|", "560=2|393=0|893=Y|"},
        {"320=q|559=1|167=CS|", "560=5|393=0|893=Y|"},
        {"320=q|559=2|460=5|", "560=5|393=0|893=Y|"},
        {"320=q|559=3|336=nasdaq|", "560=0|393=1|893=Y|146=1|55=ACME|207=nasdaq|"},
        {"320=q|559=3|", "560=0|393=2|893=Y|146=2|55=ACME|207=tickweir|"},
        {"320=q|559=4|207=nasdaq|", "560=0|393=1|893=Y|146=1|55=ACME|207=nasdaq|"},
        {"320=q|559=4|263=1|", "560=1|393=0|893=Y|"},
        {"320=q|559=7|", "560=1|393=0|893=Y|"},
    };
    for (const auto& [body, answer] : cases) {
        const Texts heard = bed.answer("x", body);
        ASSERT_EQ(heard.size(), 1u) << body;
        EXPECT_NE(heard[0].find("|" + answer), std::string::npos) << body << ": " << heard[0];
    }
}

TEST(SecurityListRequest, IsRejectedWhereFieldsAreMissing) {
    DeskBed bed;
    EXPECT_TRUE(bed.answer("x", "559=4|").at(0).starts_with("3 371=320|372=x|373=1|"));
    EXPECT_TRUE(bed.answer("x", "320=q|").at(0).starts_with("3 371=559|372=x|373=1|"));
    EXPECT_TRUE(bed.answer("x", "320=q|559=0|").at(0).starts_with("3 371=55|372=x|373=1|"));
}

struct ManyInstruments : DeskBed {
    ManyInstruments() {
        store::Instrument instrument;
        instrument.venue = "mars";
        for (int i = 0; i < 1'000; ++i) {
            instrument.symbol = "S" + std::to_string(i);
            big.instruments().add(instrument);
        }
        instrument.symbol = std::string{"B\x01"} + "AD";
        big.instruments().add(instrument);
        desk = std::make_unique<gateway::fix::MarketDataDesk>(
            gateway::fix::MarketDataLimits{}, "mars", big, gateway::FixMarketInput{}, &budget);
        desk->on_logon(client, now, output);
    }
    store::MarketStore big{{.instruments = 2'000, .active_instruments = 8}, nullptr, nullptr};
};

TEST(SecurityListRequest, IsAnsweredInFragmentsAsTheyAreTaken) {
    ManyInstruments bed;
    bed.ask("x", "320=q|559=4|");
    EXPECT_EQ(bed.heard().size(), 1u);
    bed.session().queued = bed.output.queue_max;
    EXPECT_FALSE(bed.desk->has_work());
    bed.desk->turn(bed.now, bed.output);
    EXPECT_EQ(bed.heard().size(), 0u);
    bed.ask("x", "320=other|559=4|");
    EXPECT_NE(bed.heard().at(0).find("|560=4|"), std::string::npos);
    bed.read_all();
    EXPECT_TRUE(bed.desk->has_work());
    std::set<std::string> symbols;
    std::string last;
    while (bed.desk->turn(bed.now, bed.output)) {
        for (const std::string& text : bed.heard()) {
            EXPECT_NE(text.find("320=q|"), std::string::npos);
            EXPECT_NE(text.find("|393=1000|"), std::string::npos);
            last = text;
            for (std::size_t at = text.find("|55="); at != std::string::npos;
                 at = text.find("|55=", at + 1))
                symbols.insert(text.substr(at + 4, text.find('|', at + 1) - at - 4));
        }
    }
    EXPECT_EQ(symbols.size(), 800u);
    EXPECT_NE(last.find("|893=Y|"), std::string::npos);
    EXPECT_FALSE(bed.desk->has_work());
}

}  // namespace
}  // namespace tickweir::tests
