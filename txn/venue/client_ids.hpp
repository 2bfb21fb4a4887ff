// Which ClOrdIDs each session has used in a trading day, and for which order. Keeps no texts: ids
// are known by 88 bits of a seeded hash, so that two in a day of 100 million are taken for one
// with a chance of less than one in 10^10, and a client cannot make them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "book/arena.hpp"
#include "book/prefetch.hpp"
#include "txn/venue/client_id_hash.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// Expected constant time; 16 bytes a place, of which there are at most 8 for 5 ids. One owner
/// thread.
class ClientIds {
public:
    ClientIds(std::size_t limit, std::uint64_t seed)
        : places_{std::bit_ceil(limit + limit / 2 + 2)},
          mask_{places_.limit() - 1},
          limit_{limit},
          seed_{seed} {
        if (!places_.commit(places_.limit())) throw std::bad_alloc{};
    }

    /// Used, but for no single order.
    static constexpr std::uint64_t no_order = (std::uint64_t{1} << 40) - 1;

    /// The number of the order for which it was used, from 1 and below no_order.
    std::optional<std::uint64_t> find(SessionId session, const ClientOrderId& id) const {
        const Place& place = places_[seek(key_of(session, id))];
        if (place.number() == 0) return std::nullopt;
        return place.number();
    }

    /// Look-ahead: the place where an id will be looked for.
    void prefetch(SessionId session, const ClientOrderId& id) const {
        book::prefetch(places_.data() + (key_of(session, id).first & mask_));
    }

    /// Memory behind every place now.
    void populate() { places_.populate(places_.limit()); }

    bool full() const { return size_ == limit_; }

    /// Requires that it was not used and !full().
    void add(SessionId session, const ClientOrderId& id, std::uint64_t number) {
        const Key key = key_of(session, id);
        places_[seek(key)] = {key.first, key.second << 40 | number};
        ++size_;
    }

    /// Keeps those whose number `is_kept`. Linear in the places.
    template <class IsKept>
    void keep_only(IsKept&& is_kept) {
        std::vector<Place> kept;
        for (std::size_t i = 0; i <= mask_; ++i)
            if (places_[i].number() != 0 && is_kept(places_[i].number()))
                kept.push_back(places_[i]);
        places_.zero(places_.limit());
        for (const Place& place : kept)
            places_[seek({place.first, place.rest >> 40})] = place;
        size_ = kept.size();
    }

    /// Calls visit(first, rest) for each, as restore() takes it: in an order that depends on which
    /// there are and on the limit, not on how they came. Linear in the places.
    template <class Visit>
    void for_each(Visit&& visit) const;
    /// Puts one back that for_each told of; false if it was there or there is no room. Requires the
    /// same seed.
    [[nodiscard]] bool restore(std::uint64_t first, std::uint64_t rest) {
        Place& place = places_[seek({first, rest >> 40})];
        if (full() || (rest & number_mask) == 0 || place.number() != 0) return false;
        place = {first, rest};
        ++size_;
        return true;
    }
    static std::uint64_t number_of(std::uint64_t rest) { return rest & number_mask; }

    std::size_t size() const { return size_; }
    std::size_t limit() const { return limit_; }

private:
    static constexpr std::uint64_t number_mask = (std::uint64_t{1} << 40) - 1;
    struct Key {
        std::uint64_t first;
        std::uint64_t second;  // 24 bits
    };
    struct Place {
        std::uint64_t first;
        std::uint64_t rest;  // 24 bits of the key, 40 of the number
        std::uint64_t number() const { return rest & number_mask; }
    };

    std::size_t seek(const Key& key) const {
        for (std::size_t i = key.first & mask_;; i = (i + 1) & mask_) {
            const Place& place = places_[i];
            if (place.number() == 0 || (place.first == key.first && place.rest >> 40 == key.second))
                return i;
        }
    }

    Key key_of(SessionId session, const ClientOrderId& id) const {
        const ClientIdHash hash = hash_of(session, id, seed_);
        return {hash.first, hash.second >> 40};
    }

    book::ReservedArray<Place> places_;
    std::size_t mask_;
    std::size_t limit_;
    std::uint64_t seed_;
    std::size_t size_ = 0;
};

/// Which places are taken does not depend on the order of insertion, only who stands where in a
/// run of them: runs are told one by one, each ordered by how far behind the run's start an id
/// wanted to stand.
template <class Visit>
void ClientIds::for_each(Visit&& visit) const {
    std::size_t free = 0;  // there are more places than ids
    while (places_[free].number() != 0)
        ++free;
    std::vector<Place> run;
    for (std::size_t step = 1; step <= mask_ + 1; ++step) {
        const std::size_t at = (free + step) & mask_;
        if (places_[at].number() != 0) {
            run.push_back(places_[at]);
            continue;
        }
        const std::size_t begin = at - run.size();
        std::ranges::sort(run, {}, [&](const Place& place) {
            return std::tuple{(place.first - begin) & mask_, place.first, place.rest};
        });
        for (const Place& place : run)
            visit(place.first, place.rest);
        run.clear();
    }
}

}  // namespace tickweir::txn
