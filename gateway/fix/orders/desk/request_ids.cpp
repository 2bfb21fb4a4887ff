#include "gateway/fix/orders/desk/request_ids.hpp"

#include <algorithm>
#include <bit>
#include <new>

#include "book/ensure.hpp"

namespace tickweir::gateway::fix::orders {

RequestIds::RequestIds(const Limits& limits, std::uint64_t seed, book::MemoryBudget* budget)
    : ids_{limits.live + limits.past + 1, budget, book::Pages::small},
      // Touched all over from the first second on, by every request.
      chains_{std::bit_ceil(limits.live + limits.past + 1), budget, book::Pages::huge},
      mask_{chains_.limit() - 1},
      limits_{limits},
      seed_{seed} {
    if (!chains_.commit(chains_.limit())) throw std::bad_alloc{};
}

void RequestIds::populate(std::size_t ids) {
    ids_.populate(ids + 1);
    chains_.populate(chains_.limit());
}

IdHandle RequestIds::find(txn::SessionId session, const txn::ClientOrderId& id) const {
    const Key key = key_of(session, id);
    for (IdHandle at = chains_[key.first & mask_]; at != 0; at = ids_[at].next) {
        const UsedId& used = ids_[at];
        if (used.first == key.first && used.second == key.second && known(used)) return at;
    }
    return 0;
}

IdHandle RequestIds::add(txn::SessionId session, const txn::ClientOrderId& id, RequestKind kind,
                         RowRef order, const txn::ClientOrderId& original) {
    if (live_ == limits_.live) return 0;
    IdHandle handle = free_;
    if (handle != 0) {
        free_ = ids_[handle].next;
    } else {
        if (!ids_.commit(std::size_t{made_} + 2)) return 0;
        handle = ++made_;
    }
    const Key key = key_of(session, id);
    IdHandle& chain = chains_[key.first & mask_];
    ids_[handle] = UsedId{.first = key.first,
                          .second = key.second,
                          .kind = kind,
                          .past = false,
                          .refused = false,
                          .urgent = false,
                          .order = order,
                          .day = 0,
                          .next = chain,
                          .later = 0,
                          .original = original};
    chain = handle;
    ++live_;
    return handle;
}

void RequestIds::unchain(IdHandle handle) {
    IdHandle* link = &chains_[ids_[handle].first & mask_];
    while (*link != handle) {
        book::ensure(*link != 0);
        link = &ids_[*link].next;
    }
    *link = ids_[handle].next;
}

void RequestIds::release(IdHandle handle) {
    unchain(handle);
    ids_[handle].next = free_;
    free_ = handle;
}

void RequestIds::remove(IdHandle handle) {
    book::ensure(!ids_[handle].past);
    release(handle);
    --live_;
}

void RequestIds::retire(IdHandle handle) {
    UsedId& used = ids_[handle];
    book::ensure(!used.past);
    --live_;
    if (limits_.past == 0) return release(handle);
    while (past_ >= limits_.past) {
        if (known(ids_[oldest_])) ++forgotten_;
        forget_oldest();
    }
    used.past = true;
    used.day = day_;
    used.later = 0;
    if (newest_ != 0)
        ids_[newest_].later = handle;
    else
        oldest_ = handle;
    newest_ = handle;
    ++past_;
}

void RequestIds::forget_oldest() {
    const IdHandle handle = oldest_;
    oldest_ = ids_[handle].later;
    if (oldest_ == 0) newest_ = 0;
    --past_;
    release(handle);
}

bool RequestIds::sweep(std::size_t count) {
    bool any = false;
    for (; count > 0 && oldest_ != 0 && !known(ids_[oldest_]); --count) {
        forget_oldest();
        any = true;
    }
    return any;
}

}  // namespace tickweir::gateway::fix::orders
