// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Preflight FILE.pdf...: what PDFBox finds against PDF/A-1b, a line for each
// file and each fault. Exits with 1 where there is any.
import java.io.File;
import java.io.IOException;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

class Preflight
{
	static ValidationResult validate(String path) throws IOException
	{
		PreflightParser parser = new PreflightParser(new File(path));

		try {
			parser.parse();
			try (PreflightDocument document =
					parser.getPreflightDocument()) {
				document.validate();
				return document.getResult();
			}
		} catch (SyntaxValidationException e) {
			return e.getResult();
		}
	}

	public static void main(String[] paths) throws IOException
	{
		boolean valid = true;

		for (String path : paths) {
			ValidationResult result = validate(path);

			valid &= result.isValid();
			System.out.println(path +
				(result.isValid() ? ": valid" : ": not valid"));
			for (ValidationResult.ValidationError error :
					result.getErrorsList())
				System.out.println(path + ": " +
					error.getErrorCode() + " " +
					error.getDetails());
		}
		System.exit(valid ? 0 : 1);
	}
}
