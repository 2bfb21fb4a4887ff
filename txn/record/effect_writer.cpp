#include <utility>

#include "txn/record/effect_fields.hpp"

namespace tickweir::txn::record {
namespace {

class FieldWriter {
public:
    FieldWriter(RecordWriter& to, std::uint64_t marks) : to_{to}, marks_{marks} {}

    /// Runs `fields` with room for marks before; then writes those.
    template <class Fields>
    void marked(bool two_bytes, Fields&& fields) {
        std::byte* const at = to_.at();
        put_marks(two_bytes);
        fields();
        std::byte* const end = to_.at();
        to_.go_back_to(at);
        put_marks(two_bytes);
        to_.go_back_to(end);
    }
    template <class Fields>
    void nested(unsigned bit, bool two_bytes, Fields&& fields) {
        const std::uint64_t outer = std::exchange(marks_, 0);
        std::byte* const at = to_.at();
        to_.go_back_to(at + (two_bytes ? 2 : 1));
        fields();
        std::byte* const end = to_.at();
        to_.go_back_to(at);
        if (marks_ != 0) put_marks(two_bytes);
        if (marks_ != 0) to_.go_back_to(end);
        marks_ = outer | std::uint64_t{marks_ != 0} << bit;
    }

    template <class T>
    void value(unsigned bit, const char*, const T& is, const T& guess) {
        if (is == guess) return;
        mark(bit);
        to_.difference(raw(is) - raw(guess));
    }
    template <class T>
    void small(unsigned bit, const char*, T is, T guess, std::uint64_t) {
        if (is == guess) return;
        mark(bit);
        to_.byte(raw(is));
    }
    void wide(unsigned bit, const char*, Int128 is, Int128 guess) {
        if (is == guess) return;
        mark(bit);
        to_.wide(static_cast<Uint128>(is) - static_cast<Uint128>(guess));
    }
    void text(unsigned bit, const char*, const ClientOrderId& is, const ClientOrderId& guess) {
        if (same(is, guess)) return;
        mark(bit);
        to_.text(is);
    }
    void flag(unsigned bit, bool is, bool guess) {
        if (is != guess) mark(bit);
    }
    void flags(unsigned bit, const OrderView& is, const OrderView& guess, OrderStatus status) {
        const std::uint64_t flags = flags_of(is, is.status);
        if (flags == flags_of(guess, status)) return;
        mark(bit);
        to_.half(flags);
    }
    void balance(unsigned bit, Int128 total, Int128 held) {
        if (total == 0 && held == 0) return;
        mark(bit);
        to_.wide(static_cast<Uint128>(total));
        to_.wide(static_cast<Uint128>(held));
    }

private:
    void mark(unsigned bit) { marks_ |= std::uint64_t{1} << bit; }
    void put_marks(bool two_bytes) { two_bytes ? to_.half(marks_) : to_.byte(marks_); }

    RecordWriter& to_;
    std::uint64_t marks_;
};

}  // namespace

void write_event(RecordWriter& to, EffectContext& context, const Event& event) {
    const bool other = context.is_other(event);
    FieldWriter fields{to, raw(event.kind) | std::uint64_t{other} << other_bit};
    fields.marked(true, [&] { go_over(context, event, other, fields); });
    context.learn(event, other);
}

}  // namespace tickweir::txn::record
