// Price-time matching on a BookSet: what an incoming order would do to the resting ones, worked out
// without changing anything, so that a transaction can stand between that and doing it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "book/book_set.hpp"
#include "book/types.hpp"

namespace tickweir::book {

/// What happens when an order meets one of the same owner.
enum class SelfMatch : std::uint8_t { cancel_incoming, cancel_resting, cancel_both };

/// An order that comes in.
struct Incoming {
    InstrumentId instrument{};
    Side side = Side::buy;
    Price limit;  ///< highest of a buy, lowest of a sell
    Quantity quantity;
    std::uint32_t owner = 0;
    SelfMatch self_match = SelfMatch::cancel_incoming;
    /// Nothing trades outside of these: there, matching ends.
    Price lowest{std::numeric_limits<std::int64_t>::min()};
    Price highest{std::numeric_limits<std::int64_t>::max()};
    std::uint32_t effects_max = std::numeric_limits<std::uint32_t>::max();
};

/// One thing that it does to a resting order.
struct Match {
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    OrderId order{};
    Participant resting{};         ///< as the book has it
    std::uint32_t earlier = none;  ///< the match before this one with the same order
    bool is_cancel = false;        ///< the resting order goes, for it is of the same owner
    Price price;
    Quantity quantity;  ///< traded, or taken out
    friend bool operator==(const Match&, const Match&) = default;
};

enum class MatchEnd : std::uint8_t {
    filled,      ///< nothing is left
    no_more,     ///< the book has no order left
    limit,       ///< those that are left are beyond the limit
    self_match,  ///< by the incoming order's wish
    band,        ///< the next trade would be outside the bounds
    effects,     ///< effects_max were not enough
};

/// What is to be done, in that order. Kept between calls, so that it allocates nothing after
/// warm-up.
struct MatchPlan {
    MatchEnd end = MatchEnd::filled;
    Quantity left;
    std::vector<Match> matches;

    /// Shown parts of orders that show a part at a time, behind those of their level.
    struct Refreshed {
        OrderId order{};
        Participant resting{};
        std::uint32_t earlier = Match::none;
        Quantity left;
        Quantity display;
    };
    std::vector<Refreshed> refreshed;
};

/// Owners of orders that show all they have; a participant is its owner.
struct PlainOwners {
    static std::uint32_t owner(Participant resting) { return static_cast<std::uint32_t>(resting); }
    /// What an order has beyond what the book shows.
    static Quantity hidden(Participant, Quantity) { return {0}; }
    /// How much of that is shown at a time.
    static Quantity display(Participant) { return {0}; }
};

/// Whether an order of that limit would meet a resting one.
inline bool crosses(const BookSet& books, InstrumentId instrument, Side side, Price limit) {
    const BookHeader* book = books.find_book(instrument);
    if (book == nullptr) return false;
    const Handle best = book->side(opposite(side)).best();
    return best != 0 && !better(opposite(side), limit, books.level_at(best).price);
}

/// Works out a plan. Linear in the matches; `Owners` is PlainOwners or alike.
template <class Owners>
class Matcher {
public:
    Matcher(const BookSet& books, const Owners& owners, const Incoming& incoming, MatchPlan& plan)
        : books_{books}, owners_{owners}, in_{incoming}, plan_{plan} {}

    void run() {
        plan_.matches.clear();
        plan_.left = in_.quantity;
        plan_.end = MatchEnd::no_more;
        const BookHeader* book = books_.find_book(in_.instrument);
        if (book == nullptr) return;
        const Side other = opposite(in_.side);
        const SideRows& rows = book->side(other);
        for (std::size_t i = rows.size(); i-- > 0;) {
            const LevelSlot& level = books_.level_at(rows.level(i));
            if (better(other, in_.limit, level.price)) {
                plan_.end = MatchEnd::limit;
                return;
            }
            if (level.price < in_.lowest || level.price > in_.highest) {
                plan_.end = MatchEnd::band;
                return;
            }
            if (!take_level(level)) return;
        }
    }

private:
    /// False when matching ends.
    bool take_level(const LevelSlot& level) {
        plan_.refreshed.clear();
        for (Handle h = level.head; h != 0;) {
            const OrderSlot& order = books_.order_at(h);
            h = order.next;
            prefetch(&books_.order_at(h));
            if (!meet({order.id, order.participant, Match::none, false, level.price, order.open},
                      owners_.hidden(order.participant, order.open)))
                return false;
        }
        // Grows while it is gone over: what is shown next stands at the end again.
        for (std::size_t i = 0; i < plan_.refreshed.size(); ++i) {
            const MatchPlan::Refreshed next = plan_.refreshed[i];
            const Quantity shown = std::min(next.left, next.display);
            if (!meet({next.order, next.resting, next.earlier, false, level.price, shown},
                      next.left - shown))
                return false;
        }
        return true;
    }

    /// `match.quantity` is what the order shows.
    bool meet(Match match, Quantity hidden) {
        const bool own = owners_.owner(match.resting) == in_.owner;
        if (own && in_.self_match == SelfMatch::cancel_incoming) [[unlikely]]
            return ends(MatchEnd::self_match);
        if (plan_.matches.size() == in_.effects_max) [[unlikely]]
            return ends(MatchEnd::effects);
        if (own) [[unlikely]] {
            match.is_cancel = true;
            match.quantity = match.quantity + hidden;
            plan_.matches.push_back(match);
            return in_.self_match == SelfMatch::cancel_resting || ends(MatchEnd::self_match);
        }
        const Quantity shown = match.quantity;
        match.quantity = std::min(shown, plan_.left);
        plan_.matches.push_back(match);
        plan_.left = plan_.left - match.quantity;
        if (plan_.left.lots == 0) return ends(MatchEnd::filled);
        if (hidden.lots != 0) [[unlikely]]
            plan_.refreshed.push_back({match.order, match.resting,
                                       static_cast<std::uint32_t>(plan_.matches.size() - 1), hidden,
                                       owners_.display(match.resting)});
        return true;
    }

    bool ends(MatchEnd why) {
        plan_.end = why;
        return false;
    }

    const BookSet& books_;
    const Owners& owners_;
    const Incoming& in_;
    MatchPlan& plan_;
};

/// Works out what `incoming` would do. Requires a quantity above zero.
template <class Owners>
inline void plan_matches(const BookSet& books, const Owners& owners, const Incoming& incoming,
                         MatchPlan& plan) {
    Matcher<Owners>{books, owners, incoming, plan}.run();
}

}  // namespace tickweir::book
