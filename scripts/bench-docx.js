// SPDX-License-Identifier: LGPL-2.1-or-later
// bench-docx.js N ROWS FOLDER: N letters with a table of ROWS, by docx-js, for
// scripts/bench-documents to compare with.
const fs = require('fs');
const d = require('docx');
const [n, rows, folder] = process.argv.slice(2);

function cell(text)
{
	return new d.TableCell({ children: [new d.Paragraph(text)] });
}

function row(i)
{
	return new d.TableRow({ children: [
		cell(String(i)), cell(`TOKEN${i}`), cell(`Nguyễn Văn Thử ${i}`),
		cell('Sở Tài chính'), cell(`thu${i}@vidu.example`),
	] });
}

function letter()
{
	const words = [];
	for (let i = 0; i < 18; i++)
		words.push(new d.Paragraph(
			'Sở Tài chính đề nghị Sở Khoa học và Công nghệ tỉnh Lâm ' +
			'Đồng khôi phục thiết bị lưu khóa bí mật.'));
	const table = [];
	for (let i = 1; i <= Number(rows); i++)
		table.push(row(i));
	if (table.length)
		words.push(new d.Table({ rows: table }));
	return new d.Document({ sections: [{ children: words }] });
}

(async () => {
	for (let i = 1; i <= Number(n); i++)
		fs.writeFileSync(`${folder}/js-${i}.docx`,
				 await d.Packer.toBuffer(letter()));
})();
