// A venue that was saved and loaded, beside the one that was saved: told the same, they say the
// same, to the byte, wherever in their life that was.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "tests/snapshot/state_bytes.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/venue_stream.hpp"
#include "tests/support/venue_text.hpp"

namespace tickweir::tests {
namespace {

/// What was going on when venues were saved, so that none of it is missed in silence.
struct Moments {
    int all = 0, pending = 0, stopped = 0, half_shown = 0, requeued = 0, after_bust = 0;
    int stops = 0, after_a_day = 0;
};

/// A venue, and one that is loaded from it again and again.
class Twins {
public:
    Twins(const txn::VenueSettings& settings, std::uint64_t seed)
        : settings_{settings}, random_{seed}, venue_{std::make_unique<txn::Venue>(settings)} {}

    /// Empty, or what differs.
    std::string execute(const txn::Command& command, Moments& moments) {
        venue_->execute(command, said_);
        note();
        if (copy_ != nullptr) {
            copy_->execute(command, copy_said_);
            if (said_.events != copy_said_.events) return "events differ";
            if (said_.levels != copy_said_.levels) return "levels differ";
            if (random_() % 16 == 0 && venue_->state_hash() != copy_->state_hash())
                return "hashes differ";
        }
        // Often in the middle of something, seldom else.
        const bool saves = random_() % (venue_->continuation_pending() ? 8 : 80) == 0;
        return saves ? save(moments) : "";
    }
    bool pending() const { return venue_->continuation_pending(); }
    const txn::Outcome& said() const { return said_; }

private:
    std::string save(Moments& moments) {
        const VenueBytes bytes = saved(*venue_, 1 + random_() % 300);
        if (copy_ != nullptr && saved(*copy_) != bytes) return "saved bytes differ";
        std::string fault;
        copy_ = loaded(settings_, bytes, fault, 1 + random_() % 300);
        if (copy_ == nullptr) return "not loaded: " + fault;
        if (saved(*copy_) != bytes) return "saved again the bytes differ";
        if (venue_->state_hash() != copy_->state_hash()) return "the loaded one's hash differs";
        if (random_() % 2 == 0) std::swap(venue_, copy_);
        count(moments);
        return "";
    }

    void note() {
        for (const txn::Event& event : said_.events) {
            busted_ = busted_ || event.kind == txn::EventKind::busted;
            day_ended_ = day_ended_ || event.kind == txn::EventKind::day_ended;
        }
    }

    void count(Moments& moments) const {
        ++moments.all;
        moments.pending += venue_->continuation_pending();
        moments.after_bust += busted_;
        moments.after_a_day += day_ended_;
        std::size_t in_books = 0;
        bool stopped = false, half_shown = false, requeued = false;
        for (std::uint32_t i = 0; i < settings_.instruments.size(); ++i) {
            stopped |= venue_->market_state(txn::InstrumentId{i}) != txn::MarketState::trading;
            for (const txn::Side side : {txn::Side::buy, txn::Side::sell}) {
                txn::OrderView before;
                venue_->for_each_resting(
                    txn::InstrumentId{i}, side,
                    [&](const txn::OrderView& order, txn::Quantity shown) {
                        ++in_books;
                        half_shown |= shown < std::min(order.display, order.leaves);
                        requeued |= before.price == order.price && order.order < before.order;
                        before = order;
                    });
            }
        }
        moments.stopped += stopped;
        moments.half_shown += half_shown;
        moments.requeued += requeued;
        moments.stops += in_books < venue_->open_orders();
    }

    const txn::VenueSettings& settings_;
    std::mt19937_64 random_;
    std::unique_ptr<txn::Venue> venue_;
    std::unique_ptr<txn::Venue> copy_;
    txn::Outcome said_;
    txn::Outcome copy_said_;
    bool busted_ = false;
    bool day_ended_ = false;
};

void run_stream(std::uint64_t seed, int steps, Moments& moments) {
    VenueStream stream{seed};
    const VenueText text{stream.settings()};
    Twins twins{stream.settings(), seed};
    for (int i = 0; i < steps; ++i) {
        const VenueStep step = stream.next();
        while (step.drains && twins.pending()) {
            txn::Command go_on = step.command;
            go_on.envelope.session = txn::operator_session;
            go_on.envelope.deadline.reset();
            go_on.body = txn::Continue{};
            ASSERT_EQ(twins.execute(go_on, moments), "")
                << "seed " << seed << ", before step " << i;
            stream.learn(twins.said());
        }
        ASSERT_EQ(twins.execute(step.command, moments), "")
            << "seed " << seed << ", step " << i << ": " << text.command(step.command);
        stream.learn(twins.said());
    }
}

TEST(VenueState, GoesOnByteForByteWhereverItWasSaved) {
    std::uint64_t seed = test_seed();
    Moments moments;
    for (int stream = 0; stream < 12 && !testing::Test::HasFatalFailure(); ++stream)
        run_stream(seed++, 1'000, moments);
    if (testing::Test::HasFatalFailure()) return;
    EXPECT_GT(moments.all, 100);
    EXPECT_GT(moments.pending, 0);
    EXPECT_GT(moments.stopped, 0);
    EXPECT_GT(moments.half_shown, 0);
    EXPECT_GT(moments.requeued, 0);
    EXPECT_GT(moments.stops, 0);
    EXPECT_GT(moments.after_bust, 0);
    EXPECT_GT(moments.after_a_day, 0);
}

/// A venue of a stream that has much open.
std::unique_ptr<txn::Venue> busy_venue(VenueStream& stream, int steps) {
    auto venue = std::make_unique<txn::Venue>(stream.settings());
    txn::Outcome said;
    for (int i = 0; i < steps; ++i) {
        venue->execute(stream.next().command, said);
        stream.learn(said);
    }
    return venue;
}

TEST(VenueState, GoesOnAlikeInSettingsThatHaveGrown) {
    VenueStream stream{test_seed()};
    const auto venue = busy_venue(stream, 600);
    txn::VenueSettings grown = stream.settings();
    grown.assets.push_back({"EUR", 4});
    grown.accounts.push_back({"A5", 10, 0});
    grown.sessions.push_back({"S5", 10});
    grown.limits.balances *= 3;
    grown.limits.positions *= 3;
    grown.limits.window *= 2;
    if (grown.limits.orders == 4096) grown.limits.orders = 10'000;
    if (grown.limits.client_ids == 1 << 16) grown.limits.client_ids = 100'000;
    std::string fault;
    const auto other = loaded(grown, saved(*venue), fault);
    ASSERT_NE(other, nullptr) << fault;
    txn::Outcome said;
    txn::Outcome other_said;
    for (int i = 0; i < 600; ++i) {
        const VenueStep step = stream.next();
        venue->execute(step.command, said);
        other->execute(step.command, other_said);
        ASSERT_EQ(said.events, other_said.events) << "step " << i;
        stream.learn(said);
    }
    EXPECT_TRUE(venue->state_hash() == other->state_hash());
}

/// An order that rests, of an account with money enough.
void place_one(txn::Venue& venue, std::uint32_t account, std::uint32_t instrument) {
    txn::Outcome said;
    txn::Command command;
    command.body = txn::Deposit{txn::AccountId{account}, txn::AssetId{0}, txn::balance_max / 1'000};
    venue.execute(command, said);
    txn::NewOrder order;
    order.client_id = txn::ClientOrderId{"N" + std::to_string(account)};
    order.account = txn::AccountId{account};
    order.instrument = txn::InstrumentId{instrument};
    order.price = txn::Price{100};
    order.quantity = txn::Quantity{5};
    command.envelope.session = txn::SessionId{1};
    command.body = order;
    venue.execute(command, said);
    ASSERT_EQ(said.events.at(0).kind, txn::EventKind::accepted);
}

TEST(VenueState, OfShardsThatShareALedgerIsLoadedWithThatLedgerOnce) {
    const txn::VenueSettings settings[]{small_venue(), [] {
                                            txn::VenueSettings second = small_venue();
                                            second.shard = 1;
                                            return second;
                                        }()};
    txn::Ledger ledger{settings[0]};
    txn::Venue first{settings[0], ledger};
    txn::Venue second{settings[1], ledger};
    place_one(first, 1, 0);
    place_one(second, 1, 1);
    place_one(second, 2, 1);
    const StateBytes balances =
        saved_by([&](txn::StateWriter& writer) { txn::save_ledger(ledger, settings[0], writer); });

    txn::Ledger other_ledger{settings[0]};
    PiecewiseSource source{balances, 50};
    txn::StateReader reader{source};
    ASSERT_EQ(txn::load_ledger(other_ledger, settings[0], reader), "");
    for (const txn::Venue* const venue : {&first, &second}) {
        txn::Venue other{venue->settings(), other_ledger};
        const VenueBytes bytes = saved(*venue);
        PiecewiseSource shard_source{bytes.venue, 50};
        txn::StateReader shard_reader{shard_source};
        ASSERT_EQ(other.load(shard_reader), "");
        EXPECT_EQ(saved(other), bytes);
        EXPECT_TRUE(other.state_hash() == venue->state_hash());
        // And not into the other shard.
        txn::Venue wrong{settings[venue == &first ? 1 : 0], other_ledger};
        PiecewiseSource wrong_source{bytes.venue, 50};
        txn::StateReader wrong_reader{wrong_source};
        EXPECT_NE(wrong.load(wrong_reader).find("the shard is "), std::string::npos);
    }
}

TEST(VenueState, IsRefusedWhereverItIsCutOff) {
    VenueStream stream{test_seed()};
    const auto venue = busy_venue(stream, 300);
    const VenueBytes whole = saved(*venue);
    std::string fault;
    ASSERT_NE(loaded(stream.settings(), whole, fault), nullptr) << fault;
    for (std::size_t i = 0; i < whole.ledger.size(); i += 1 + i / 40) {
        VenueBytes cut = whole;
        cut.ledger.resize(i);
        ASSERT_EQ(loaded(stream.settings(), cut, fault), nullptr) << i;
        ASSERT_NE(fault.find("it ends too early"), std::string::npos) << fault;
    }
    for (std::size_t i = 0; i < whole.venue.size(); i += 1 + i / 40) {
        VenueBytes cut = whole;
        cut.venue.resize(i);
        ASSERT_EQ(loaded(stream.settings(), cut, fault), nullptr) << i;
        ASSERT_NE(fault.find("it ends too early"), std::string::npos) << fault;
    }
    VenueBytes longer = whole;
    longer.venue.push_back({});
    EXPECT_EQ(loaded(stream.settings(), longer, fault), nullptr);
    EXPECT_NE(fault.find("more follows where it should end"), std::string::npos) << fault;
}

TEST(VenueState, DoesNoHarmWhateverIsChangedInIt) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random{seed};
    VenueStream stream{seed};
    const auto venue = busy_venue(stream, 400);
    const VenueBytes whole = saved(*venue);
    int refused = 0;
    for (int i = 0; i < 200; ++i) {
        VenueBytes changed = whole;
        StateBytes& bytes = i % 4 == 0 ? changed.ledger : changed.venue;
        for (std::uint64_t n = 1 + random() % 3; n > 0; --n)
            bytes[random() % bytes.size()] ^= static_cast<std::byte>(1U << random() % 8);
        std::string fault;
        refused += loaded(stream.settings(), changed, fault) == nullptr;
    }
    EXPECT_GT(refused, 40);
}

TEST(VenueState, IsNotLoadedIntoAVenueThatWasInUse) {
    VenueStream stream{test_seed()};
    const auto venue = busy_venue(stream, 300);
    const VenueBytes bytes = saved(*venue);
    PiecewiseSource source{bytes.venue, 100};
    txn::StateReader reader{source};
    EXPECT_NE(venue->load(reader).find("in use"), std::string::npos);
}

}  // namespace
}  // namespace tickweir::tests
