#include "gateway/feeds/fix/fix_books.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "book/decimal.hpp"
#include "gateway/feeds/fix/fix_sessions.hpp"
#include "tests/replay/fix_texts.hpp"

namespace tickweir::gateway {
namespace {

using replay::tests::fix;

class FixBooksTest : public testing::Test {
protected:
    /// Takes a message whose body is written with `|`; MsgType and a header are put before it.
    MdStatus take(std::string_view type, std::string_view body, bool repeated = false) {
        text_ = fix("35=" + std::string{type} + "|49=V|56=C|34=1|52=20240102-00:00:00|" +
                    std::string{body});
        EXPECT_EQ(message_.read(text_).status, codecs::fix::FrameStatus::whole);
        EXPECT_EQ(message_.fault(), codecs::fix::MessageFault::none);
        return books_.apply(message_, {0, ++time_, repeated}, *this);
    }
    MdStatus snapshot(std::string_view body) { return take("W", body); }
    MdStatus change(std::string_view body) { return take("X", body); }

    const JsonInstrument& at(std::string_view symbol) {
        return books_.instruments()[books_.instruments().find(symbol).value()];
    }
    /// `B price quantity` best first, then `A price quantity`.
    std::string book(std::string_view symbol) {
        const JsonInstrument& instrument = at(symbol);
        std::string text;
        for (const book::Side side : {book::Side::buy, book::Side::sell})
            for (std::size_t i = 0; i < instrument.book().count(side); ++i) {
                const book::Level level = instrument.book().level(side, i).value();
                text += side == book::Side::buy ? " B " : " A ";
                text += book::to_text(level.price, instrument.price_decimals) + ' ' +
                        book::to_text(level.open, instrument.quantity_decimals);
            }
        return text.empty() ? text : text.substr(1);
    }
    std::string sync(std::string_view symbol) {
        const JsonInstrument& instrument = at(symbol);
        return std::string{to_string(instrument.state())} + ' ' +
               std::string{to_string(instrument.reason())};
    }

public:  // as a listener
    void on_trade(std::uint32_t index, const JsonTrade& trade) {
        const JsonInstrument& instrument = books_.instruments()[index];
        trades_.push_back(instrument.symbol + ' ' +
                          book::to_text(trade.price, instrument.price_decimals) + 'x' +
                          book::to_text(trade.quantity, instrument.quantity_decimals) + ' ' +
                          std::string{trade.id});
    }

protected:
    FixBooks books_;
    codecs::fix::Message message_;
    std::string text_;
    std::vector<std::string> trades_;
    std::int64_t time_ = 0;
};

constexpr std::string_view two_sides =
    "55=ACME|268=3|269=0|270=10.5|271=3|269=0|270=10.4|271=7|269=1|270=10.7|271=1|";

TEST_F(FixBooksTest, ASnapshotIsTheWholeBook) {
    EXPECT_EQ(snapshot(two_sides), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 10.5 3 B 10.4 7 A 10.7 1");
    EXPECT_EQ(sync("ACME"), "in_sync none");
    EXPECT_EQ(snapshot("55=ACME|268=1|269=1|270=9|271=2|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "A 9 2");
    EXPECT_EQ(snapshot("55=ACME|268=0|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "");
    EXPECT_EQ(at("ACME").counts.snapshots, 3U);
}

TEST_F(FixBooksTest, ChangesAreAbsoluteByPrice) {
    ASSERT_EQ(snapshot(two_sides), MdStatus::ok);
    EXPECT_EQ(change("268=3|279=0|269=0|55=ACME|270=10.6|271=2|"
                     "279=1|269=0|270=10.4|271=5|279=2|269=1|270=10.7|"),
              MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 10.6 2 B 10.5 3 B 10.4 5");
    EXPECT_EQ(at("ACME").counts.book_updates, 1U);
}

TEST_F(FixBooksTest, EntriesNamedByIdsAddUpAtTheirPrice) {
    ASSERT_EQ(snapshot("55=EURUSD|268=3|269=0|278=a|270=1.1|271=5|269=0|278=b|270=1.1|271=2.5|"
                       "269=1|278=c|270=1.2|271=1|"),
              MdStatus::ok);
    EXPECT_EQ(book("EURUSD"), "B 1.1 7.5 A 1.2 1");
    EXPECT_EQ(change("268=2|279=2|278=a|55=EURUSD|279=1|278=c|271=4|"), MdStatus::ok);
    EXPECT_EQ(book("EURUSD"), "B 1.1 2.5 A 1.2 4");
    EXPECT_EQ(change("268=2|279=1|278=B|280=b|55=EURUSD|269=0|270=1.05|"
                     "279=0|269=0|278=d|270=1.05|271=1|"),
              MdStatus::ok);
    EXPECT_EQ(book("EURUSD"), "B 1.05 3.5 A 1.2 4");
    EXPECT_EQ(change("268=1|279=2|278=nobody|55=EURUSD|"), MdStatus::ok);
    EXPECT_EQ(sync("EURUSD"), "out_of_sync gap");
}

TEST_F(FixBooksTest, AnInstrumentIsNamedInManyWays) {
    ASSERT_EQ(snapshot("262=r1|55=ACME|48=123|268=1|269=0|270=1|271=1|"), MdStatus::ok);
    EXPECT_EQ(change("268=1|279=0|269=0|48=123|270=2|271=1|"), MdStatus::ok);
    EXPECT_EQ(change("262=r1|268=1|279=0|269=0|270=3|271=1|"), MdStatus::ok);
    EXPECT_EQ(change("55=ACME|268=1|279=0|269=0|270=4|271=1|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 4 1 B 3 1 B 2 1 B 1 1");
    EXPECT_EQ(change("268=1|279=0|269=0|270=5|271=1|"), MdStatus::unidentified);
    EXPECT_EQ(sync("ACME"), "out_of_sync refused_frame");
    EXPECT_EQ(snapshot("55=[N/A]|48=77|268=0|"), MdStatus::ok);
    EXPECT_EQ(sync("77"), "in_sync none");
}

TEST_F(FixBooksTest, AGapInRptSeqNeedsASnapshot) {
    ASSERT_EQ(change("268=1|279=0|269=0|55=ACME|270=1|271=1|83=1|"), MdStatus::ok);
    EXPECT_EQ(sync("ACME"), "in_sync none");
    ASSERT_EQ(change("268=2|279=0|269=0|55=ACME|270=2|271=1|83=2|279=0|269=0|270=3|271=1|83=3|"),
              MdStatus::ok);
    ASSERT_EQ(change("268=1|279=0|269=0|55=ACME|270=9|271=1|83=3|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 3 1 B 2 1 B 1 1");
    EXPECT_EQ(at("ACME").counts.stale_ignored, 1U);
    ASSERT_EQ(change("268=1|279=0|269=0|55=ACME|270=4|271=1|83=5|"), MdStatus::ok);
    EXPECT_EQ(sync("ACME"), "out_of_sync gap");
    EXPECT_EQ(at("ACME").counts.gaps, 1U);
    EXPECT_EQ(at("ACME").counts.unapplied, 1U);
    ASSERT_EQ(snapshot("55=ACME|83=6|268=1|269=0|270=7|271=1|"), MdStatus::ok);
    ASSERT_EQ(change("268=1|279=0|269=0|55=ACME|270=8|271=1|83=7|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 8 1 B 7 1");
    ASSERT_EQ(snapshot("55=ACME|83=6|268=1|269=0|270=7|271=1|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 8 1 B 7 1");
    EXPECT_EQ(at("ACME").counts.snapshots_too_old, 1U);
}

TEST_F(FixBooksTest, BeforeASnapshotNothingIsKnown) {
    ASSERT_EQ(change("268=1|279=0|269=0|55=ACME|270=1|271=1|"), MdStatus::ok);
    EXPECT_EQ(sync("ACME"), "awaiting_snapshot none");
    EXPECT_EQ(book("ACME"), "");
    EXPECT_EQ(at("ACME").counts.unapplied, 1U);
}

TEST_F(FixBooksTest, ALossOfTheSessionTakesWhatDependsOnItOutOfSync) {
    ASSERT_EQ(snapshot(two_sides), MdStatus::ok);
    ASSERT_EQ(snapshot("55=OWN|83=4|268=0|"), MdStatus::ok);
    books_.on_loss([](std::uint32_t session) { return session == 1; }, SyncReason::gap, 5, *this);
    EXPECT_EQ(sync("ACME"), "in_sync none");
    books_.on_loss([](std::uint32_t session) { return session == 0; }, SyncReason::gap, 5, *this);
    EXPECT_EQ(sync("ACME"), "out_of_sync gap");
    EXPECT_EQ(sync("OWN"), "in_sync none");
}

TEST_F(FixBooksTest, ANumberOfTheMessageIsThatOfItsChanges) {
    ASSERT_EQ(snapshot("55=ACME|83=6|268=1|269=0|270=10|271=1|"), MdStatus::ok);
    const std::string seventh = "55=ACME|83=7|268=1|279=1|269=0|270=10|271=3|";
    ASSERT_EQ(change(seventh), MdStatus::ok);
    ASSERT_EQ(change("55=ACME|83=8|268=1|279=1|269=0|270=10|271=9|"), MdStatus::ok);
    ASSERT_EQ(take("X", seventh, true), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 10 9");
    EXPECT_EQ(at("ACME").counts.stale_ignored, 1U);
    ASSERT_EQ(change("55=ACME|83=10|268=1|279=1|269=0|270=10|271=4|"), MdStatus::ok);
    EXPECT_EQ(sync("ACME"), "out_of_sync gap");
}

TEST_F(FixBooksTest, WhereOnlyASnapshotOrTradesAreNumberedALossTells) {
    const auto lose = [this] {
        books_.on_loss([](std::uint32_t) { return true; }, SyncReason::gap, 5, *this);
    };
    ASSERT_EQ(snapshot("55=ACME|83=4|268=1|269=0|270=10|271=1|"), MdStatus::ok);
    lose();
    EXPECT_EQ(sync("ACME"), "in_sync none") << "its next number would tell";
    ASSERT_EQ(change("268=1|279=0|269=0|55=ACME|270=11|271=1|"), MdStatus::ok);
    EXPECT_EQ(sync("ACME"), "out_of_sync gap") << "it has none";
    ASSERT_EQ(snapshot("55=ACME|268=1|269=0|270=10|271=1|"), MdStatus::ok);
    ASSERT_EQ(change("268=1|279=0|269=2|55=ACME|270=10|271=1|83=1|"), MdStatus::ok);
    lose();
    EXPECT_EQ(sync("ACME"), "out_of_sync gap") << "a trade's number is none of the book";
}

TEST_F(FixBooksTest, DeletingAnIdThatNobodyKnowsIsAGapWhereOthersStand) {
    ASSERT_EQ(snapshot("55=ACME|268=2|269=0|278=a|270=100|271=5|269=0|278=b|270=100|271=3|"),
              MdStatus::ok);
    EXPECT_EQ(change("268=1|279=2|278=zz|269=0|55=ACME|270=100|"), MdStatus::ok);
    EXPECT_EQ(sync("ACME"), "out_of_sync gap");
}

TEST_F(FixBooksTest, NumbersAreExactAndMayBecomeFiner) {
    ASSERT_EQ(snapshot("55=ACME|268=1|269=0|270=100|271=5|"), MdStatus::ok);
    ASSERT_EQ(change("268=1|279=0|269=1|55=ACME|270=100.00000001|271=0.5|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 100 5 A 100.00000001 0.5");
    EXPECT_EQ(change("268=1|279=0|269=1|55=ACME|270=9223372036854775807|271=1|"),
              MdStatus::bad_number);
    EXPECT_EQ(sync("ACME"), "out_of_sync bad_number");
    EXPECT_EQ(change("268=1|279=0|269=1|55=ACME|270=1e5|271=1|"), MdStatus::bad_number);
    EXPECT_EQ(books_.last_refusal().tag, 270U);
}

TEST_F(FixBooksTest, TradesAreToldAndOthersCounted) {
    ASSERT_EQ(change("268=3|279=0|269=2|55=ACME|270=10.5|271=2|1003=T7|279=0|269=3|270=1|"
                     "279=0|269=y|"),
              MdStatus::ok);
    EXPECT_EQ(trades_, (std::vector<std::string>{"ACME 10.5x2 T7"}));
    EXPECT_EQ(books_.counts().other_entries, 2U);
    EXPECT_EQ(at("ACME").counts.trades, 1U);
}

TEST_F(FixBooksTest, AnEmptyBookMayBeSaid) {
    ASSERT_EQ(snapshot(two_sides), MdStatus::ok);
    ASSERT_EQ(change("268=2|279=0|269=J|55=ACME|279=0|269=1|270=3|271=3|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "A 3 3");
}

TEST_F(FixBooksTest, RemovesByPositionWhereThereIsNoPrice) {
    ASSERT_EQ(snapshot(two_sides), MdStatus::ok);
    ASSERT_EQ(change("268=1|279=2|269=0|55=ACME|1023=2|"), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 10.5 3 A 10.7 1");
}

TEST_F(FixBooksTest, RefusesWhatItCannotTake) {
    ASSERT_EQ(snapshot(two_sides), MdStatus::ok);
    EXPECT_EQ(change("55=ACME|"), MdStatus::bad_group);
    EXPECT_EQ(change("268=2|279=0|269=0|55=ACME|270=1|271=1|"), MdStatus::bad_group);
    EXPECT_EQ(change("268=1|279=5|269=0|55=ACME|270=1|271=1|"), MdStatus::unsupported);
    EXPECT_EQ(change("268=1|279=0|55=ACME|270=1|271=1|"), MdStatus::bad_entry);
    EXPECT_EQ(change("268=1|279=0|269=0|55=ACME|270=1|271=-1|"), MdStatus::bad_number);
    EXPECT_EQ(books_.counts().by_status[static_cast<std::size_t>(MdStatus::bad_group)], 2U);
    EXPECT_EQ(book("ACME"), "B 10.5 3 B 10.4 7 A 10.7 1");
    EXPECT_EQ(sync("ACME"), "out_of_sync refused_frame");
}

TEST_F(FixBooksTest, WhatIsSentAgainChangesNothingUnlessItsRptSeqIsNew) {
    ASSERT_EQ(snapshot(two_sides), MdStatus::ok);
    EXPECT_EQ(take("X", "268=1|279=2|269=0|55=ACME|270=10.5|", true), MdStatus::ok);
    EXPECT_EQ(book("ACME"), "B 10.5 3 B 10.4 7 A 10.7 1");
    EXPECT_EQ(books_.counts().repeated, 1U);
    ASSERT_EQ(change("268=1|279=0|269=0|55=OWN|270=1|271=1|83=1|"), MdStatus::ok);
    ASSERT_EQ(take("X", "268=1|279=0|269=0|55=OWN|270=9|271=1|83=1|", true), MdStatus::ok);
    ASSERT_EQ(take("X", "268=1|279=0|269=0|55=OWN|270=2|271=1|83=2|", true), MdStatus::ok);
    EXPECT_EQ(book("OWN"), "B 2 1 B 1 1");
}

// ------------------------------------------------------------------------------------------
// sessions

class FixSessionsTest : public testing::Test {
protected:
    FixSequence take(std::string_view body, std::uint32_t stream = 0) {
        text_ = fix(body);
        EXPECT_EQ(message_.read(text_).status, codecs::fix::FrameStatus::whole);
        last_ = sessions_.on_message(message_, stream);
        return last_.sequence;
    }
    FixSessions sessions_;
    FixSessionStep last_;
    codecs::fix::Message message_;
    std::string text_;
};

TEST_F(FixSessionsTest, TellsGapsAndRepetitions) {
    EXPECT_EQ(take("35=A|49=A|56=B|34=5|52=20240102-00:00:00|"), FixSequence::next);
    EXPECT_EQ(take("35=0|49=A|56=B|34=6|"), FixSequence::next);
    EXPECT_EQ(take("35=0|49=A|56=B|34=9|"), FixSequence::gap);
    EXPECT_EQ(last_.missing, 2U);
    EXPECT_EQ(take("35=0|49=A|56=B|34=7|43=Y|"), FixSequence::repeated);
    EXPECT_EQ(take("35=0|49=A|56=B|34=9|"), FixSequence::repeated);
    EXPECT_EQ(take("35=0|49=B|56=A|34=9|"), FixSequence::next);
    EXPECT_EQ(take("35=0|49=A|56=B|34=1|", 1), FixSequence::next);
    ASSERT_EQ(sessions_.all().size(), 3U);
    const FixSession& first = sessions_.all()[0];
    EXPECT_EQ(first.messages, 5U);
    EXPECT_EQ(first.first_number, 5U);
    EXPECT_EQ(first.last_number, 9U);
    EXPECT_EQ(first.gaps, 1U);
    EXPECT_EQ(first.missing, 2U);
    EXPECT_EQ(first.repeated, 1U);
    EXPECT_EQ(first.possible_duplicates, 1U);
}

TEST_F(FixSessionsTest, NumberingBeginsAnewWhereTheSessionSaysSo) {
    EXPECT_EQ(take("35=0|49=A|56=B|34=9|"), FixSequence::next);
    EXPECT_EQ(take("35=A|49=A|56=B|34=1|"), FixSequence::reset);
    EXPECT_EQ(take("35=0|49=A|56=B|34=2|"), FixSequence::next);
    EXPECT_EQ(take("35=4|49=A|56=B|34=3|123=Y|36=7|"), FixSequence::next);
    EXPECT_EQ(take("35=0|49=A|56=B|34=7|"), FixSequence::next);
    EXPECT_EQ(take("35=4|49=A|56=B|34=1|36=2|"), FixSequence::reset);
    EXPECT_EQ(take("35=0|49=A|56=B|34=2|"), FixSequence::next);
    EXPECT_EQ(sessions_.all()[0].resets, 2U);
    EXPECT_EQ(sessions_.all()[0].gaps, 0U);
}

TEST_F(FixSessionsTest, MulticastFeedsCountByApplication) {
    EXPECT_EQ(take("35=0|52=20240102-00:00:00|1180=F|"), FixSequence::unnumbered);
    EXPECT_EQ(take("35=X|52=20240102-00:00:00|1180=F|1181=82|"), FixSequence::next);
    EXPECT_EQ(take("35=X|52=20240102-00:00:01|1180=F|1181=84|"), FixSequence::gap);
    EXPECT_EQ(sessions_.all()[0].application, "F");
}

}  // namespace
}  // namespace tickweir::gateway
