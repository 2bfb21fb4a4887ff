#include "book/budget.hpp"

#include "book/ensure.hpp"

namespace tickweir::book {

// Compare-and-exchange rather than add and undo: an add that is undone shows used() above the limit
// for a moment, and refuses a small charge of another thread that would have fitted. The loop is
// lock-free: it repeats only when another thread's charge or release went through in between, and
// those come with a pool's growth or a session, not with a message.
bool MemoryBudget::try_charge(std::size_t bytes) {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
        if (bytes > limit_ - used) {
            refusals_.fetch_add(1, std::memory_order_relaxed);
            return false;
        }
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));

    // The mark only rises, so each repetition meets a higher one and the loop ends.
    std::size_t mark = high_water_.load(std::memory_order_relaxed);
    while (mark < used + bytes &&
           !high_water_.compare_exchange_weak(mark, used + bytes, std::memory_order_relaxed)) {
    }
    return true;
}

void MemoryBudget::release(std::size_t bytes) {
    ensure(used_.fetch_sub(bytes, std::memory_order_relaxed) >= bytes);
}

std::optional<Charge> MemoryBudget::charge(std::size_t bytes) {
    if (!try_charge(bytes)) return std::nullopt;
    return Charge{*this, bytes};
}

}  // namespace tickweir::book
