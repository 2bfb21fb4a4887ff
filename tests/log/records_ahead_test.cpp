// Records shown before their turn: in their order, step by step, and none lost where a source has
// no more for now.
#include "txn/log/records_ahead.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace tickweir::txn::log {
namespace {

/// Gives records 1 to `up_to`, each with its number as text, whose bytes are gone with the next.
class Numbers final : public RecordSource {
public:
    ReadOutcome next(RecordView& record) override {
        if (given_ == up_to_) return broken ? ReadOutcome::corrupt : ReadOutcome::end;
        text_ = std::string(given_ % 7, '.');
        text_ += std::to_string(++given_);
        record = {Lsn{given_}, 1, false, std::as_bytes(std::span{text_})};
        return ReadOutcome::record;
    }
    void extend(Lsn up_to) override { up_to_ = number(up_to); }
    const Finding& finding() const override { return finding_; }

    bool broken = false;

private:
    std::uint64_t given_ = 0;
    std::uint64_t up_to_ = 0;
    std::string text_;
    Finding finding_;
};

class RecordsAheadTest : public testing::Test {
protected:
    /// Takes what there is; answers how it ended.
    ReadOutcome take(std::size_t most = 1'000) {
        RecordView record;
        for (std::size_t i = 0; i < most; ++i) {
            const ReadOutcome outcome =
                ahead_.next(source_, record, [this](const RecordView& later, unsigned step) {
                    EXPECT_GT(number(later.lsn), taken_.size()) << "its turn is over";
                    EXPECT_EQ(step, seen_[number(later.lsn)]++);
                });
            if (outcome != ReadOutcome::record) return outcome;
            const auto* text = reinterpret_cast<const char*>(record.payload.data());
            taken_.emplace_back(text, record.payload.size());
            EXPECT_EQ(number(record.lsn), taken_.size());
        }
        return ReadOutcome::record;
    }
    void expect_all(std::size_t count) const {
        ASSERT_EQ(taken_.size(), count);
        for (std::size_t i = 0; i < count; ++i)
            EXPECT_EQ(taken_[i], std::string(i % 7, '.') + std::to_string(i + 1));
    }

    RecordsAhead ahead_;
    Numbers source_;
    std::vector<std::string> taken_;
    std::map<std::uint64_t, unsigned> seen_;  // by LSN, how many steps
};

TEST_F(RecordsAheadTest, ShowsEachInAllStepsBeforeItsTurn) {
    source_.extend(Lsn{500});
    EXPECT_EQ(take(), ReadOutcome::end);
    expect_all(500);
    for (std::uint64_t lsn = 1; lsn <= 500 - RecordsAhead::in_line; ++lsn)
        EXPECT_EQ(seen_[lsn], RecordsAhead::steps) << lsn;
    EXPECT_GE(seen_[500], 1u);
}

TEST_F(RecordsAheadTest, GoesOnWhereASourceHadNoMoreForNow) {
    for (const std::uint64_t up_to : {0U, 1U, 3U, 17U, 18U, 40U}) {
        source_.extend(Lsn{up_to});
        EXPECT_EQ(take(), ReadOutcome::end);
        expect_all(up_to);
    }
}

TEST_F(RecordsAheadTest, GivesWhatIsGoodBeforeItTellsOfDamage) {
    source_.extend(Lsn{30});
    source_.broken = true;
    EXPECT_EQ(take(29), ReadOutcome::record);
    EXPECT_EQ(take(), ReadOutcome::corrupt);
    expect_all(30);
    EXPECT_EQ(take(), ReadOutcome::corrupt);
}

}  // namespace
}  // namespace tickweir::txn::log
