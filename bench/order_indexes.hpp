// The order indexes that were measured and not kept, behind the interface of book::OrderIndex, so
// that the same book code runs on each.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bench/ring_pool.hpp"
#include "bench/window_index.hpp"
#include "book/arena.hpp"
#include "book/id_table.hpp"
#include "book/level_pool.hpp"
#include "book/prefetch.hpp"

namespace tickweir::bench {

using book::OrderId;

/// A directly indexed table of pages of 1,024 ids. No collisions, one step; its memory follows the
/// highest id, since after some millions of messages nearly every page holds a live order.
class PagedIndex {
public:
    PagedIndex(const WindowIndex::Limits&, book::MemoryBudget*) : pages_(1 << 18) {}

    Handle find(OrderId id, const OrderPool&) const { return guess(id); }
    bool ready() { return true; }
    void insert(OrderId id, Handle handle, const OrderPool&) {
        std::unique_ptr<Page>& page = pages_[page_of(id)];
        if (!page) {
            page = std::make_unique<Page>();
            ++pages_used_;
        }
        page->handles[offset(id)] = handle;
    }
    void erase(OrderId id, Handle) { pages_[page_of(id)]->handles[offset(id)] = 0; }
    void prefetch(OrderId id) const {
        const Page* page = pages_[page_of(id)].get();
        if (page != nullptr) book::prefetch(&page->handles[offset(id)]);
    }
    Handle guess(OrderId id) const {
        const Page* page = pages_[page_of(id)].get();
        return page == nullptr ? 0 : page->handles[offset(id)];
    }
    void reset() {
        for (std::unique_ptr<Page>& page : pages_)
            if (page) *page = {};
    }
    std::size_t elder_count() const { return 0; }
    std::size_t committed_bytes() const { return pages_used_ * sizeof(Page); }

private:
    struct Page {
        Handle handles[1024]{};
    };
    std::size_t page_of(OrderId id) const {
        return static_cast<std::uint64_t>(id) >> 10 & (pages_.size() - 1);
    }
    static std::size_t offset(OrderId id) { return static_cast<std::uint64_t>(id) & 1023; }

    std::vector<std::unique_ptr<Page>> pages_;
    std::size_t pages_used_ = 0;
};

/// One open-addressing table for all ids under a scrambling hash, at most half full.
class HashedIndex {
public:
    HashedIndex(const WindowIndex::Limits& limits, book::MemoryBudget* budget)
        : table_{limits.orders, limits.seed, budget} {}

    Handle find(OrderId id, const OrderPool&) const { return table_.find(id); }
    bool ready() { return table_.ready(); }
    void insert(OrderId id, Handle handle, const OrderPool&) { table_.insert(id, handle); }
    void erase(OrderId id, Handle) { table_.erase(id); }
    void prefetch(OrderId id) const { table_.prefetch(id); }
    Handle guess(OrderId id) const { return table_.find(id); }
    void reset() { table_.reset(); }
    std::size_t elder_count() const { return table_.size(); }
    std::size_t committed_bytes() const { return table_.committed_bytes(); }

private:
    book::IdTable table_;
};

/// The standard library's hash map.
class StandardIndex {
public:
    StandardIndex(const WindowIndex::Limits&, book::MemoryBudget*) {}

    Handle find(OrderId id, const OrderPool&) const {
        const auto found = map_.find(id);
        return found == map_.end() ? 0 : found->second;
    }
    bool ready() { return true; }
    void insert(OrderId id, Handle handle, const OrderPool&) { map_.emplace(id, handle); }
    void erase(OrderId id, Handle) { map_.erase(id); }
    void prefetch(OrderId) const {}
    Handle guess(OrderId) const { return 0; }
    void reset() { map_.clear(); }
    std::size_t elder_count() const { return 0; }
    std::size_t committed_bytes() const {
        return map_.size() * 32 + map_.bucket_count() * sizeof(void*);
    }

private:
    std::unordered_map<OrderId, Handle> map_;
};

/// An index of handles over a pool of orders, behind the interface of book::OrderStore.
template <class Index>
class IndexedOrders {
public:
    using Limits = WindowIndex::Limits;
    IndexedOrders(const Limits& limits, book::MemoryBudget* budget)
        : index_{limits, budget}, pool_{limits.orders, budget} {}

    book::OrderSlot& operator[](Handle handle) { return pool_[handle]; }
    const book::OrderSlot& operator[](Handle handle) const { return pool_[handle]; }

    [[gnu::always_inline]] Handle find(OrderId id) const { return index_.find(id, pool_); }
    bool below_limit() { return pool_.ready(); }
    [[nodiscard]] bool ready(OrderId) { return index_.ready(); }

    [[gnu::always_inline]] Handle take(OrderId id, book::LevelPool&) {
        const Handle handle = pool_.take();
        index_.insert(id, handle, pool_);
        pool_[handle].id = id;
        return handle;
    }
    [[gnu::always_inline]] void give_back(Handle handle) {
        index_.erase(pool_[handle].id, handle);
        pool_.give_back(handle);
    }
    [[gnu::always_inline]] Handle rename(Handle handle, OrderId id, book::LevelPool&) {
        if (pool_[handle].id == id) return handle;
        index_.erase(pool_[handle].id, handle);
        index_.insert(id, handle, pool_);
        pool_[handle].id = id;
        return handle;
    }

    void prefetch(OrderId id) const { index_.prefetch(id); }
    void prefetch_place(OrderId id) const { index_.prefetch(id); }
    void prefetch_slot(OrderId id) const { book::prefetch(&pool_[guess(id)]); }
    void prefetch_eviction(OrderId) const {}
    Handle guess(OrderId id) const { return index_.guess(id); }

    void reset() {
        index_.reset();
        pool_.reset();
    }
    std::size_t live() const { return pool_.live(); }
    std::size_t elder_count() const { return index_.elder_count(); }
    std::size_t committed_bytes() const {
        return index_.committed_bytes() + pool_.committed_bytes();
    }

private:
    Index index_;
    OrderPool pool_;
};

}  // namespace tickweir::bench
