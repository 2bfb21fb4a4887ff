// What is counted of FIX messages, by names that nobody bounds: of types and of reasons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tickweir::gateway {

/// `bad BodyLength` as a key of JSON: `bad_body_length`.
inline std::string key_of(std::string_view name) {
    std::string key;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool is_capital = c >= 'A' && c <= 'Z';
        if (is_capital && i != 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z') key += '_';
        key += c == ' ' ? '_' : is_capital ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return key;
}

/// Counts by name; those of names beyond the limit, or of long ones, count as "other". One owner
/// thread.
class FixCounts {
public:
    static constexpr std::size_t names_max = 256;
    static constexpr std::size_t name_bytes_max = 32;

    void add(std::string_view name) {
        if (last_ != nullptr && name == last_->first) {
            ++last_->second;
            return;
        }
        if (name.size() > name_bytes_max) name = "other";
        auto found = counts_.find(name);
        if (found == counts_.end()) {
            if (counts_.size() >= names_max) name = "other";
            found = counts_.try_emplace(std::string{name}, 0).first;
        }
        last_ = &*found;
        ++found->second;
    }

    /// In the order of the names.
    const std::map<std::string, std::uint64_t, std::less<>>& all() const { return counts_; }
    std::uint64_t sum() const {
        std::uint64_t sum = 0;
        for (const auto& [name, count] : counts_)
            sum += count;
        return sum;
    }

private:
    std::map<std::string, std::uint64_t, std::less<>> counts_;
    std::pair<const std::string, std::uint64_t>* last_ = nullptr;
};

}  // namespace tickweir::gateway
