// Mode by class: the whole table of what load refuses, and what else a mode changes.
#include "gateway/shield/shed_policy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tickweir::gateway::shield {
namespace {

constexpr std::array modes{LoadMode::normal,  LoadMode::trim,        LoadMode::shed,
                           LoadMode::protect, LoadMode::cancel_only, LoadMode::stopped};

/// A letter for each class: a(dmitted), q(uota: admitted within it), m(ode), s(topped).
std::string row(LoadMode mode) {
    std::string letters;
    for (const PriorityClass urgency : priority_classes) {
        const ShedCause within = shed_by(mode, urgency, false);
        const ShedCause beyond = shed_by(mode, urgency, true);
        if (within == ShedCause::none)
            letters += beyond == ShedCause::none ? 'a' : 'q';
        else
            letters += within != beyond ? '?' : within == ShedCause::mode ? 'm' : 's';
        EXPECT_EQ(admits(mode, urgency, true), beyond == ShedCause::none);
    }
    return letters;
}

TEST(ShedPolicyTest, RefusesByModeAndClass) {
    EXPECT_EQ(row(LoadMode::normal), "aaaaaa");
    EXPECT_EQ(row(LoadMode::trim), "aaaaam");
    EXPECT_EQ(row(LoadMode::shed), "aaaqmm");
    EXPECT_EQ(row(LoadMode::protect), "aaammm");
    EXPECT_EQ(row(LoadMode::cancel_only), "aammmm");
    EXPECT_EQ(row(LoadMode::stopped), "ssssss");
}

TEST(ShedPolicyTest, TellsWhatElseAModeChanges) {
    std::string conflates, cuts, logons, open;
    for (const LoadMode mode : modes) {
        conflates += conflates_market_data(mode) ? '1' : '0';
        cuts += cuts_slow_consumers(mode) ? '1' : '0';
        logons += takes_logons(mode) ? '1' : '0';
        open += is_open(mode) ? '1' : '0';
    }
    EXPECT_EQ(conflates, "011111");
    EXPECT_EQ(cuts, "001111");
    EXPECT_EQ(logons, "111000");
    EXPECT_EQ(open, "111100");
}

TEST(ShedPolicyTest, ConflatesMarketDataBeforeAnyOrderIsRefused) {
    for (const LoadMode mode : modes) {
        EXPECT_TRUE(admits(mode, PriorityClass::order, true) || conflates_market_data(mode));
    }
}

TEST(ShedPolicyTest, HasAShortTextForEachCause) {
    for (std::size_t i = 1; i < shed_cause_names.size(); ++i) {
        for (const LoadMode mode : modes) {
            const std::string_view text = shed_text(static_cast<ShedCause>(i), mode);
            EXPECT_TRUE(text.starts_with("shed: ") || text == "stopped: log failed") << text;
            EXPECT_LT(text.size(), 64u);
        }
        EXPECT_NE(shed_text(static_cast<ShedCause>(i)), "");
    }
    EXPECT_EQ(shed_text(ShedCause::none), "");
    EXPECT_EQ(shed_text(ShedCause::mode, LoadMode::protect),
              "shed: load mode L3: entitled orders and cancels only");
    EXPECT_EQ(shed_text(ShedCause::stopped, LoadMode::stopped), "stopped: log failed");
}

}  // namespace
}  // namespace tickweir::gateway::shield
