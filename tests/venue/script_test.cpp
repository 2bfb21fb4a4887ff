// The scripts' own claims: what is wrong with a venue, or with a script, does not pass.
#include "tests/support/venue_script.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/venue_stream.hpp"
#include "tests/support/venue_text.hpp"

namespace tickweir::tests {
namespace {

std::string failures_of(const char* script) {
    testing::TestPartResultArray results;
    {
        const testing::ScopedFakeTestPartResultReporter reporter{
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results};
        check(script);
    }
    std::string text;
    for (int i = 0; i < results.size(); ++i)
        text += results.GetTestPartResult(i).message();
    return text;
}

TEST(VenueScript, NamesWhatWasExpectedAndWhatWasSaid) {
    const std::string text = failures_of("A1 buy 1 @ 10.00 as b1 -> b2 accepted");
    EXPECT_NE(text.find("venue, line"), text.npos);
    EXPECT_NE(text.find("twin, line"), text.npos);
    EXPECT_NE(text.find("expected: b2 accepted\n  said:     b1 accepted"), text.npos) << text;
}

TEST(VenueScript, SeesMissingAndFurtherAnswers) {
    EXPECT_NE(failures_of("A1 buy 1 @ 10.00 ioc as b1 -> b1 accepted"), "");
    EXPECT_NE(failures_of("A1 buy 1 @ 10.00 as b1 -> b1 accepted; b1 cancelled: unfilled"), "");
    EXPECT_NE(failures_of("tick -> ACME trading"), "");
    EXPECT_NE(failures_of("bids -> 10.00 x 1 (1)"), "");
}

TEST(VenueScript, SeesARefusalOfACommandWithoutAnAnswer) {
    EXPECT_NE(failures_of("A1 buy 0 @ 10.00 as b1"), "");
    EXPECT_EQ(failures_of("A1 buy 1 @ 10.00 as b1"), "");
}

TEST(VenueScript, TakesNoLineThatMakesNoSense) {
    for (const char* const line : {"A1 buys 1", "A1 buy 1 @ ten", "A1 buy 1 for 10", "set ACME x 1",
                                   "bust", "halt NOBODY", "at 5", "cancel b1 as x1 and more"})
        EXPECT_NE(failures_of(line).find("not a script"), std::string::npos) << line;
}

TEST(VenueScript, ReadsWhatIsWrittenOfACommand) {
    const txn::VenueSettings settings = small_venue();
    const VenueText text{settings};
    VenueStream stream{1};
    for (int i = 0; i < 500; ++i) {
        const VenueStep step = stream.next();
        const std::string line = text.command(step.command);
        EXPECT_EQ(failures_of((line + " -> whatever").c_str()).find("not a script"),
                  std::string::npos)
            << line;
    }
}

}  // namespace
}  // namespace tickweir::tests
