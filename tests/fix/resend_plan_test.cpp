#include "gateway/fix/resend_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/runtime/host.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/temporary_directory.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests {
namespace {

using gateway::fix::MessageStore;
using gateway::fix::ResendPlan;
using Texts = std::vector<std::string>;

class ResendPlanTest : public testing::Test {
protected:
    /// Stores messages of these types, numbered from 1.
    void keep(const Texts& types) {
        for (const std::string& type : types) {
            const std::uint64_t number = store_->next_outbound();
            ASSERT_EQ(store_->append(
                          number, framed("35=" + type + "|49=T|56=A|34=" + std::to_string(number) +
                                         "|52=20260101-00:00:00.000|58=x|")),
                      gateway::fix::Appended::stored);
            store_->set_next_outbound(number + 1);
        }
    }

    /// What one step sends: type, number, `dup`, and where a gap ends.
    Texts step(ResendPlan& plan, std::size_t bytes = 1 << 20) {
        Texts sent;
        const gateway::fix::WireParties parties{"FIX.4.4", "T", "A"};
        (void)plan.step(*store_, parties, bytes, now_, scratch_, [&](std::string_view wire) {
            EXPECT_EQ(codecs::fix::find_frame(wire).bytes, wire.size());
            const std::string shown = with_bars(wire);
            std::string line = *field_of(shown, 35) + " " + *field_of(shown, 34);
            if (field_of(shown, 43)) line += " dup";
            if (const auto next = field_of(shown, 36)) line += " to " + *next;
            sent.push_back(line);
        });
        return sent;
    }

    /// All that the plan sends in small steps, with two messages of these types sent live, as 2,001
    /// and 2,002, behind the first one.
    Texts step_while_two_are_sent(ResendPlan& plan, const Texts& types) {
        Texts all = step(plan, 4'096);
        EXPECT_TRUE(plan.active());
        keep(types);
        plan.live(2'001);
        plan.live(2'002);
        while (plan.active()) {
            const Texts piece = step(plan, 4'096);
            all.insert(all.end(), piece.begin(), piece.end());
        }
        return all;
    }

    gateway::fix::ResendScratch scratch_;
    book::TimeNs now_ = gateway::wall_clock_now();
    TemporaryDirectory files_;
    txn::io::PosixFiles posix_;
    std::unique_ptr<gateway::fix::StoreDirectory> directory_ =
        std::move(*gateway::fix::StoreDirectory::open(posix_, files_.path()));
    std::unique_ptr<MessageStore> store_ =
        std::move(*MessageStore::open(*directory_, "A", {}, now_));
};

TEST_F(ResendPlanTest, RepeatsWhatIsWorthItAndFillsGapsForTheRest) {
    keep({"A", "8", "0", "0", "j", "W", "8", "0"});
    ResendPlan plan{{}};
    EXPECT_TRUE(plan.begin({1, 8}));
    EXPECT_EQ(step(plan), (Texts{"4 1 dup to 2", "8 2 dup", "4 3 dup to 5", "j 5 dup",
                                 "4 6 dup to 7", "8 7 dup", "4 8 dup to 9"}));
    EXPECT_FALSE(plan.active());
}

TEST_F(ResendPlanTest, FillsOneGapWhereNothingIsKept) {
    ResendPlan plan{{}};
    EXPECT_TRUE(plan.begin({3, 9}));
    EXPECT_EQ(step(plan), Texts{"4 3 dup to 10"});
}

TEST_F(ResendPlanTest, GoesInPiecesThatTogetherAreTheWhole) {
    keep(Texts(2'000, "8"));
    ResendPlan plan{{}};
    EXPECT_TRUE(plan.begin({1, 2'000}));
    Texts all;
    int pieces = 0;
    for (; plan.active(); ++pieces) {
        const Texts piece = step(plan, 4'096);
        all.insert(all.end(), piece.begin(), piece.end());
    }
    EXPECT_GT(pieces, 2);
    ASSERT_EQ(all.size(), 2'000u);
    EXPECT_EQ(all.front(), "8 1 dup");
    EXPECT_EQ(all.back(), "8 2000 dup");
}

TEST_F(ResendPlanTest, LetsWhatIsSentMeanwhileFollowUnchanged) {
    keep(Texts(2'000, "8"));
    ResendPlan plan{{}};
    EXPECT_TRUE(plan.begin({1, 2'000}));
    const Texts all = step_while_two_are_sent(plan, {"8", "0"});
    EXPECT_EQ((Texts{all.end() - 3, all.end()}), (Texts{"8 2000 dup", "8 2001", "0 2002"}));
}

TEST_F(ResendPlanTest, RepeatsNothingThatLiesBehindWhatWasAskedFor) {
    keep(Texts(2'000, "8"));
    ResendPlan plan{{}};
    EXPECT_TRUE(plan.begin({1, 1'000}));
    const Texts all = step_while_two_are_sent(plan, {"8", "W"});
    ASSERT_EQ(all.size(), 1'002u);
    EXPECT_EQ((Texts{all.end() - 3, all.end()}), (Texts{"8 1000 dup", "8 2001", "W 2002"}));
}

TEST_F(ResendPlanTest, RepeatsTheLastSoManyOfALongRange) {
    keep(Texts(10, "8"));
    ResendPlan plan{{.messages = 3}};
    EXPECT_TRUE(plan.begin({1, 10}));
    EXPECT_EQ(step(plan), (Texts{"4 1 dup to 8", "8 8 dup", "8 9 dup", "8 10 dup"}));
}

TEST_F(ResendPlanTest, JoinsWhatIsAskedForMeanwhile) {
    keep(Texts(2'000, "8"));
    ResendPlan plan{{}};
    EXPECT_TRUE(plan.begin({100, 2'000}));
    (void)step(plan, 4'096);
    EXPECT_FALSE(plan.begin({1'950, 2'000})) << "that is still to come";
    EXPECT_TRUE(plan.begin({2, 3}));
    EXPECT_TRUE(plan.begin({5, 5}));
    Texts all;
    while (plan.active()) {
        const Texts piece = step(plan, 1 << 20);
        all.insert(all.end(), piece.begin(), piece.end());
    }
    EXPECT_EQ((Texts{all.end() - 5, all.end()}),
              (Texts{"8 2000 dup", "8 2 dup", "8 3 dup", "8 4 dup", "8 5 dup"}));
}

TEST_F(ResendPlanTest, RefusesAnEmptyRange) {
    ResendPlan plan{{}};
    EXPECT_FALSE(plan.begin({5, 4}));
    EXPECT_FALSE(plan.begin({1, 0}));
    EXPECT_FALSE(plan.active());
}

}  // namespace
}  // namespace tickweir::tests
