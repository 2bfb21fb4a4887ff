// What one session knows of its requests and orders, from what it sends and what it is told: who
// waits for an answer since when, what is open, what was bought and paid. Pure; bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/trading/client_session.hpp"
#include "bench/load/trading/order_ids.hpp"

namespace tickweir::bench {

enum class RequestKind : std::uint8_t { order, cancel, replace };
inline constexpr std::size_t request_kinds = 3;

/// What became of a request.
enum class Answer : std::uint8_t {
    done,       ///< executed: accepted, cancelled, replaced
    refused,    ///< by the rules of trading, such as a cancel that comes too late
    throttled,  ///< `throttled:` and why
    shed,       ///< `shed:` and why
    breaker,    ///< `breaker:` and why
    withdrawn,  ///< an order or replace that a cancel found before it was executed
};
inline constexpr std::size_t answers = 6;
constexpr bool for_load(Answer answer) {
    return answer == Answer::throttled || answer == Answer::shed || answer == Answer::breaker;
}

/// One request and its answer.
struct Outcome {
    RequestKind kind = RequestKind::order;
    Answer answer = Answer::done;
    std::int64_t intended_ns = 0;  ///< when it should have been sent
};

/// At most two requests are answered by one message: a cancel and the order it found queued.
struct Outcomes {
    Outcome list[2];
    std::size_t count = 0;

    /// As long as this lives.
    std::span<const Outcome> all() const& { return {list, count}; }
    std::span<const Outcome> all() && = delete;
    void add(const Outcome& outcome) {
        if (count < 2) list[count++] = outcome;
    }
};

enum class OrderSide : char { buy = '1', sell = '2' };

/// A limit order, or a market order where it has no price. Prices in ticks, quantities in lots.
struct OrderWish {
    std::uint32_t instrument = 0;
    OrderSide side = OrderSide::buy;
    std::int64_t quantity = 0;
    std::optional<std::int64_t> price{};
    char time_in_force = '0';        ///< tag 59
    std::optional<TimeNs> expiry{};  ///< 126, with 59=6
};

/// How an instrument's numbers are written.
struct TradedInstrument {
    std::string symbol;
    std::uint32_t price_decimals = 2;
    std::uint32_t quantity_decimals = 0;
};

/// What executions did, exactly.
struct Bought {
    std::int64_t quantity = 0;  ///< lots; sold ones below zero
    std::int64_t paid = 0;      ///< ticks times lots; received ones below zero
};

class OwnOrders {
public:
    /// `run` as in order_ids.hpp; `orders_max` open at one time. A request that is not answered
    /// before `requests_max` later ones counts as lost.
    OwnOrders(std::string run, std::span<const TradedInstrument> instruments,
              std::size_t orders_max, std::size_t requests_max = 1 << 14);

    /// Each sends one message and remembers it; false: nothing was sent.
    bool place(ClientSession& session, const OrderWish& wish, TimeNs now, std::int64_t intended_ns);
    bool cancel(ClientSession& session, std::uint32_t slot, TimeNs now, std::int64_t intended_ns);
    bool replace(ClientSession& session, std::uint32_t slot, std::int64_t price,
                 std::int64_t quantity, TimeNs now, std::int64_t intended_ns);

    /// What an application message or Reject answers.
    Outcomes on_message(const wire::Message& message);

    struct Order {
        std::uint32_t instrument = 0;
        OrderSide side = OrderSide::buy;
        std::int64_t price = 0;
        std::int64_t leaves = 0;
        std::int64_t filled = 0;
        std::uint64_t first = 0;  ///< number of the request that placed it; 0: a free slot
        std::uint64_t named = 0;  ///< number of its ClOrdID now
        std::uint64_t asked = 0;  ///< number of a cancel or replace under way; 0: none
        bool acknowledged = false;
        std::uint32_t place = 0;  ///< in the list of open ones
    };
    const Order& order(std::uint32_t slot) const { return orders_[slot]; }
    /// Slots of orders that are acknowledged and open and have nothing under way.
    std::span<const std::uint32_t> idle() const { return idle_; }
    std::size_t open() const { return orders_.size() - free_.size(); }

    std::uint64_t waiting() const { return waiting_; }  ///< requests without an answer
    std::uint64_t lost() const { return lost_; }
    std::uint64_t strange() const { return strange_; }  ///< messages about nothing known here
    std::uint64_t fills() const { return fills_; }
    /// By instrument.
    std::span<const Bought> bought() const { return bought_; }

private:
    struct Request {
        std::uint64_t number = 0;  ///< 0: answered, or never used
        std::uint32_t slot = 0;
        RequestKind kind = RequestKind::order;
        std::int64_t intended_ns = 0;
    };

    Request& at(std::uint64_t number) { return requests_[number % requests_.size()]; }
    RequestId begin_request(RequestKind kind, std::uint32_t slot, std::int64_t intended_ns);
    void answer(std::uint64_t number, Answer answer, Outcomes& outcomes);
    void on_report(const wire::Message& message, Outcomes& outcomes);
    void on_refusal(const wire::Message& message, std::optional<RequestId> id, Outcomes& outcomes);
    void take_fill(const wire::Message& message, Order& order);
    void become_idle(std::uint32_t slot);
    void leave_idle(std::uint32_t slot);
    void free(std::uint32_t slot);
    std::optional<RequestId> id_in(const wire::Message& message, wire::Tag tag) const;
    bool is_current(const RequestId& id) const;

    std::string run_;
    std::span<const TradedInstrument> instruments_;
    std::vector<Order> orders_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> idle_;
    std::vector<Request> requests_;  ///< a ring by number
    std::uint64_t last_ = 0;         ///< number of the newest request
    std::uint64_t waiting_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t strange_ = 0;
    std::uint64_t fills_ = 0;
    std::vector<Bought> bought_;
};

}  // namespace tickweir::bench
