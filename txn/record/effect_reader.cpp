#include <utility>

#include "txn/record/effect_fields.hpp"

namespace tickweir::txn::record {
namespace {

class FieldReader {
public:
    FieldReader(RecordReader& from, std::uint64_t marks) : from_{from}, marks_{marks} {}

    template <class Fields>
    void nested(unsigned bit, bool two_bytes, Fields&& fields) {
        const bool is_there = has(bit);
        const std::uint64_t outer = std::exchange(marks_, 0);
        const std::size_t at = from_.at();
        if (is_there) {
            marks_ = two_bytes ? from_.half("further fields") : from_.byte("further fields");
            if (marks_ == 0) from_.refuse_needless(at, "list of further fields");
        }
        fields();
        marks_ = outer;
    }

    template <class T>
    void value(unsigned bit, const char* what, T& is, const T& guess) {
        is = guess;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        const std::uint64_t bits = from_.difference(what) + raw(guess);
        if (bits > raw_max<T>) return from_.refuse(at, what, bits);
        is = from_raw<T>(bits);
        check(at, what, is != guess);
    }
    template <class T>
    void small(unsigned bit, const char* what, T& is, T guess, std::uint64_t end) {
        is = guess;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        is = from_.below<T>(from_.byte(what), end, at, what);
        check(at, what, is != guess);
    }
    void wide(unsigned bit, const char* what, Int128& is, Int128 guess) {
        is = guess;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        is = static_cast<Int128>(from_.wide(what) + static_cast<Uint128>(guess));
        check(at, what, is != guess);
    }
    void text(unsigned bit, const char* what, ClientOrderId& is, const ClientOrderId& guess) {
        if (!has(bit)) {
            is = guess;
            return;
        }
        const std::size_t at = from_.at();
        is = from_.text(what);
        check(at, what, is != guess);
    }
    void flag(unsigned bit, bool& is, bool guess) { is = guess != has(bit); }
    void flags(unsigned bit, OrderView& is, const OrderView& guess, OrderStatus status) {
        std::uint64_t flags = flags_of(guess, status);
        if (has(bit)) {
            const std::size_t at = from_.at();
            const std::uint64_t read = from_.half("order flags");
            check(at, "order flags", read != flags);
            if (read >> 11 != 0 || (read >> 3 & 7) > raw(TimeInForce::gtd) ||
                (read >> 6 & 7) > raw(OrderStatus::rejected))
                return from_.refuse(at, "order flags", read);
            flags = read;
        }
        is.side = static_cast<Side>(flags & 1);
        is.type = static_cast<OrderType>(flags >> 1 & 3);
        is.time_in_force = static_cast<TimeInForce>(flags >> 3 & 7);
        is.status = static_cast<OrderStatus>(flags >> 6 & 7);
        is.post_only = (flags >> 9 & 1) != 0;
        is.triggered = (flags >> 10 & 1) != 0;
    }
    void balance(unsigned bit, Int128& total, Int128& held) {
        total = held = 0;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        total = static_cast<Int128>(from_.wide("total"));
        held = static_cast<Int128>(from_.wide("held"));
        check(at, "balance", total != 0 || held != 0);
    }

private:
    bool has(unsigned bit) const { return (marks_ >> bit & 1) != 0; }
    void check(std::size_t at, const char* what, bool differs) {
        if (!differs) from_.refuse_needless(at, what);
    }

    RecordReader& from_;
    std::uint64_t marks_;
};

}  // namespace

void read_event(RecordReader& from, EffectContext& context, Event& event) {
    const std::size_t at = from.at();
    const std::uint64_t marks = from.half("event");
    event.kind =
        from.below<EventKind>(marks & ((1U << kind_bits) - 1), event_kinds, at, "event kind");
    const bool other = (marks >> other_bit & 1) != 0;
    FieldReader fields{from, marks};
    go_over(context, event, other, fields);
    if (from.ok() && other != context.is_other(event)) from.refuse(at, "event of order", other);
    context.learn(event, other);
}

}  // namespace tickweir::txn::record
