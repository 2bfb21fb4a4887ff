// QuickFIX's own reading and writing of a message, to compare with; its headers stay in the source.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tickweir::bench {

class QuickFixMessages {
public:
    /// With a dictionary where `dictionary` names a file that is there.
    explicit QuickFixMessages(const std::string& dictionary);
    ~QuickFixMessages();

    bool has_dictionary() const;
    /// FIX::Message::setString with validation; then the sum of the values' lengths of 11 and 55.
    std::size_t read(const std::string& text);
    /// The same with the dictionary in setString, and its validate() behind it.
    std::size_t read_by_dictionary(const std::string& text);
    /// Replaces the fields that change and serialises.
    std::size_t write(unsigned sequence, std::string_view id);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tickweir::bench
