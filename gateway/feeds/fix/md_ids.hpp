// Entries that a venue names by ids (278): which side, price and quantity each stands for, so that
// a change or removal that tells the id only finds its level.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "book/types.hpp"
#include "codecs/json/market_frame.hpp"

namespace tickweir::gateway {

/// Of one instrument. Numbers are kept as the venue wrote them, so that they outlive a change of
/// scale. One owner thread.
class MdIds {
public:
    static constexpr std::size_t id_bytes_max = 64;

    struct Entry {
        book::Side side = book::Side::buy;
        codecs::json::Number price;
        codecs::json::Number quantity;
    };

    /// Adds or replaces; false where it would be more than `entries_max`, or the id is too long.
    bool put(std::string_view id, const Entry& entry, std::size_t entries_max) {
        if (id.size() > id_bytes_max) return false;
        const auto found = entries_.find(id);
        if (found != entries_.end()) {
            found->second = entry;
            return true;
        }
        if (entries_.size() >= entries_max) return false;
        entries_.emplace(id, entry);
        return true;
    }
    const Entry* find(std::string_view id) const {
        const auto found = entries_.find(id);
        return found == entries_.end() ? nullptr : &found->second;
    }
    void remove(std::string_view id) {
        const auto found = entries_.find(id);
        if (found != entries_.end()) entries_.erase(found);
    }
    void clear() { entries_.clear(); }
    std::size_t size() const { return entries_.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace tickweir::gateway
