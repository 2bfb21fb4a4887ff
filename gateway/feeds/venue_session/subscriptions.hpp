// What one connection is subscribed to: which requests are still to be sent, which one is being
// answered, and what the venue refused. One request at a time is under way, so that an answer that
// names nothing is that to it. Pure; one owner.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/market_frame.hpp"
#include "gateway/feeds/venue_session/dialect.hpp"

namespace tickweir::gateway {

struct SubscriptionSettings {
    VenueId venue{};
    std::vector<std::string> symbols;  ///< of this connection
    std::vector<StreamChannel> channels;
    std::uint32_t depth = 0;  ///< 0: the venue's usual one
    std::chrono::nanoseconds answer_timeout{10'000'000'000};
    std::chrono::nanoseconds refused_pause{60'000'000'000};  ///< before it is asked for again
};

/// A stream that is not to be had for now.
struct RefusedStream {
    std::string symbol;
    StreamChannel channel = StreamChannel::book;
    std::string why;  ///< as the venue says it, at most 200 bytes
};

class Subscriptions {
public:
    explicit Subscriptions(SubscriptionSettings settings);

    /// A connection is open: everything is to be asked for.
    void begin();
    /// It is gone.
    void forget();

    /// Ends the book's stream of a symbol and begins it again. False: that is under way already, or
    /// the symbol is not ours.
    bool again(std::string_view symbol);

    /// Whether there is a request that may be sent.
    bool has_next() const { return !asking_ && !waiting_.empty(); }
    /// Appends it to `out`, and waits for its answer from now on.
    void write_next(book::TimeNs now, std::string& out);

    /// What a frame said; others than answers to requests are passed over.
    void on_controls(std::span<const codecs::json::ControlEvent> controls, book::TimeNs now);
    /// For so long no answer could be read.
    void on_deaf(std::chrono::nanoseconds deaf) {
        if (asking_) asking_->give_up += deaf;
    }
    /// Time passes: an answer that does not come is a refusal; the refused is asked for again.
    void on_tick(book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;

    /// Every stream was answered for, the refused ones included.
    bool settled() const { return begun_ && !asking_ && waiting_.empty(); }
    std::size_t accepted() const { return accepted_; }
    std::size_t refused() const { return refused_.size(); }
    /// Whether changes of the symbol's book come: it was subscribed to, and not refused.
    bool has_book(std::string_view symbol) const;
    /// What became refused since it was asked last.
    std::vector<RefusedStream> take_refused() { return std::exchange(news_, {}); }
    /// The number of the next request; pings take theirs from here, too.
    std::uint64_t take_id() { return next_id_++; }

private:
    struct Item {
        bool subscribe = true;
        StreamChannel channel = StreamChannel::book;
        std::vector<std::uint32_t> symbols;  // by index
    };
    struct Asking {
        Item item;  // its symbols are those not answered for yet
        std::uint64_t id = 0;
        book::TimeNs give_up;
    };

    void add_items(StreamChannel channel);
    bool is_accepted(std::uint32_t symbol) const;
    bool answers(const codecs::json::ControlEvent& control) const;
    bool names_channel(const codecs::json::ControlEvent& control) const;
    void take_answer(const codecs::json::ControlEvent& control);
    void end_list(book::TimeNs now);
    void on_refused(const codecs::json::ControlEvent& control, book::TimeNs now);
    void refuse(std::uint32_t symbol, std::string_view why, book::TimeNs now);
    void refuse_or_split(std::string_view why, book::TimeNs now);
    void accept_rest();
    void finish();

    SubscriptionSettings settings_;
    const VenueDialect& dialect_;
    std::deque<Item> waiting_;
    std::optional<Asking> asking_;
    std::vector<Item> refused_;  // of one symbol each
    std::vector<RefusedStream> news_;
    std::optional<book::TimeNs> retry_at_;  // of the refused
    std::size_t accepted_ = 0;
    std::uint64_t next_id_ = 1;
    bool begun_ = false;
};

}  // namespace tickweir::gateway
